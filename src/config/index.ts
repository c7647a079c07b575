export { leafKeys, type Loaded, loadConfig, readSources, type Settings, type Source } from './load.ts'
export { nearest } from './nearest.ts'
export { Config } from './schema.ts'
