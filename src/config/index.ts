export { leafKeys, type Loaded, loadConfig, misspelt, readSources, type Settings, type Source } from './load.ts'
export { Config } from './schema.ts'
