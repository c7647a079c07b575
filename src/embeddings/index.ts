export { EmbeddingEndpoint } from './client.ts'
export { endpointOf } from './endpoint.ts'
