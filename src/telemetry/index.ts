export { type Log, type LogLevel, openLog } from './log.ts'
