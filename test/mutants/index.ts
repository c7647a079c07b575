import { admission } from './admission.ts'
import { coordination } from './coordination.ts'
import { durability } from './durability.ts'
import { elections } from './elections.ts'
import { knowledge } from './knowledge.ts'
import { leading } from './leading.ts'
import { membership } from './membership.ts'
import type { Mutant } from './mutant.ts'
import { replication } from './replication.ts'

export { type Mutant, mutate } from './mutant.ts'

export const mutants: readonly Mutant[] = [
  ...durability,
  ...elections,
  ...replication,
  ...leading,
  ...membership,
  ...coordination,
  ...admission,
  ...knowledge,
]
