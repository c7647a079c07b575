import { accessContracts } from './access.ts'
import type { Contracts } from './contract.ts'
import { houseContracts } from './house.ts'
import { knowledgeContracts } from './knowledge.ts'
import { personalityContracts } from './personality.ts'
import { memoryContracts } from './memory.ts'
import { requestContracts } from './requests.ts'
import { swarmContracts } from './swarm.ts'

/**
 * What every route takes and gives, by its name in `scopes.ts`; a test compares both tables and the routes there are.
 * Loaded by whoever asks for the document, and by nobody else: a node without such a reader does not pay for it.
 */
export const contracts: Contracts = {
  ...knowledgeContracts,
  ...requestContracts,
  ...personalityContracts,
  ...memoryContracts,
  ...swarmContracts,
  ...accessContracts,
  ...houseContracts,
}

/** Routes without a contract: a client is told there that there is nothing. */
export const UNDESCRIBED: ReadonlySet<string> = new Set(['* /.well-known/*'])
