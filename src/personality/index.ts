export {
  type Asker,
  candidates,
  type Choices,
  chosen,
  type ChosenFor,
  isCrowded,
  readChoices,
  storedChoices,
} from './choice.ts'
export { budgetBeside, messageFor, type Occasion, occasionOf } from './message.ts'
export { Personality } from './personality.ts'
export { LANGUAGE, PERSONALITY_NAME, type Spoken, spoken } from './voice.ts'
export { BOUNDARIES, promptOf } from './prompt.ts'
export { type PersonalityRecord, type PersonalityVersion, readRecord, shippedRecord, written } from './record.ts'
export { isShipped, SHIPPED } from './shipped.ts'
