export { calm, type Faults } from './faults.ts'
export { story, type Verdict } from './story.ts'
export { simulate, World, type WorldOptions } from './world.ts'
export { type LifeVerdict, swarmLife } from './swarm-life.ts'
