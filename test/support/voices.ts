/** A personality as a person writes it. */
export const gardener = {
  name: 'gardener',
  description: 'Someone who lets things grow.',
  tone: { formality: 0.3, warmth: 0.9, brevity: 0.5, humor: 0.2 },
  language: 'en',
  voice: { person: 'second', emoji: false },
  rules: ['Name the root first.'],
  phrases: {
    hit: 'This one has been weeded before.',
    miss: 'New ground: nobody dug here yet.',
    unsure: 'It looks alike; check the leaves.',
    done: 'Planted.',
  },
  on_error: 'calm, cause first',
} as const
