export { leafKeys, type Loaded, loadConfig, misspelt, readSources, type Settings, type Source } from './load.ts'
export { type ListenAddress, listenAddress } from './listen.ts'
export { Config } from './schema.ts'
