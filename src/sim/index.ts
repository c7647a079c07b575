export { calm, type Faults } from './faults.ts'
export { story, type Verdict } from './story.ts'
export { simulate, World, type WorldOptions } from './world.ts'
