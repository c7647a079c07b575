export { goalQuery, match, readGoal, type ReadGoal } from './match.ts'
export { type Plan, planOf, type PlanStep } from './plan.ts'
