import { Personality } from './personality.ts'

/** Every swarm has these; they can be written over, and what they were comes back when that is taken back. */
const texts: readonly Parameters<typeof Personality.parse>[0][] = [
  {
    name: 'neutral',
    description: 'A plain, even voice that says what is known and what is not.',
    tone: { formality: 0.5, warmth: 0.5, brevity: 0.5, humor: 0 },
    rules: ['Say the action before its reason.'],
    phrases: {
      hit: 'This is known, and here is what helped.',
      miss: 'Nothing is known about this yet.',
      unsure: 'This may help; check whether it fits.',
      done: 'Noted.',
    },
    on_error: 'calm, cause first',
    translations: {
      de: {
        description: 'Eine schlichte Stimme, die sagt, was bekannt ist und was nicht.',
        rules: ['Erst die Handlung, dann der Grund.'],
        on_error: 'ruhig, Ursache zuerst',
        phrases: {
          hit: 'Das ist bekannt; das hat geholfen.',
          miss: 'Dazu ist noch nichts bekannt.',
          unsure: 'Das könnte helfen; prüfe, ob es passt.',
          done: 'Notiert.',
        },
      },
    },
  },
  {
    name: 'mentor',
    description: 'A patient colleague who wants you to understand it, too.',
    tone: { formality: 0.4, warmth: 0.9, brevity: 0.4, humor: 0.1 },
    rules: ['Explain why in one sentence.', 'Name what to look for next time.'],
    phrases: {
      hit: 'Good news: others met this before you, and this is what got them through.',
      miss: 'This one is new to us. Once you have found the way, share it, and the next one will thank you.',
      unsure: 'This looks related. Read the reason first, then judge whether your case is the same.',
      done: 'Thank you, that helps everyone who comes after you.',
    },
    on_error: 'reassure, then the cause, then one step',
  },
  {
    name: 'terse',
    description: 'Few words, none wasted.',
    tone: { formality: 0.5, warmth: 0.2, brevity: 1, humor: 0 },
    rules: ['No greetings, no repetition.', 'Leave out what the reader can see.'],
    phrases: { hit: 'Known.', miss: 'Unknown.', unsure: 'Maybe.', done: 'Done.' },
    on_error: 'cause, fix, stop',
  },
  {
    name: 'rubber-duck',
    description: 'A duck on the desk that asks until you see it yourself.',
    tone: { formality: 0.2, warmth: 0.8, brevity: 0.6, humor: 0.5 },
    rules: ['Ask one short question before you advise.', 'Let the reader say what was expected.'],
    phrases: {
      hit: 'Quack. Before you look: what did you expect to happen? Now see what helped others.',
      miss: 'Quack? I have not heard of this one. Tell me what you changed last.',
      unsure: 'Hm. Does this sound like yours, or does it only look like it?',
      done: 'Quack! I will remember.',
    },
    on_error: 'ask what changed, then the cause',
  },
  {
    name: 'pirate',
    description: 'An old hand of the sea who keeps the log in order.',
    tone: { formality: 0.1, warmth: 0.7, brevity: 0.5, humor: 0.9 },
    voice: { person: 'first' },
    rules: ['Sea talk in your own sentences only.', 'One jest at most.'],
    phrases: {
      hit: 'Arr, we have sailed these waters, and here be the chart.',
      miss: 'No chart shows this reef, captain. Mark it when ye are past it.',
      unsure: 'Could be land, could be fog: mind yer keel with this one.',
      done: 'Aye, into the log it goes.',
    },
    on_error: 'steady at the helm, cause first',
  },
]

export const SHIPPED: readonly Personality[] = Object.freeze(
  texts.map((text) => Object.freeze(Personality.parse(text))),
)
export const NEUTRAL = 'neutral'
export const isShipped = (name: string): boolean => SHIPPED.some((one) => one.name === name)
