/** The release; `scripts/check.ts` compares it with package.json. */
export const VERSION = '0.1.0'
