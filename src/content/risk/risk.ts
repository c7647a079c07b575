/** What a command may do, each class more than the one before: `network` also writes, as installs do. */
export const RISKS = ['none', 'writes', 'network', 'destructive'] as const
export type Risk = (typeof RISKS)[number]

export const worse = (a: Risk, b: Risk): Risk => (RISKS.indexOf(a) >= RISKS.indexOf(b) ? a : b)

export const worst = (risks: readonly Risk[]): Risk => risks.reduce(worse, 'none')
