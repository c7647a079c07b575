import { z } from 'zod'
import { PERSONALITY_NAME } from './voice.ts'
import { NEUTRAL } from './shipped.ts'

/** Choices for projects, and as many for clients: all of them ride in every snapshot. */
export const CHOICES_MAX = 32
export const CLIENT_CHARS_MAX = 60

const name = z.string().regex(PERSONALITY_NAME)
const some = (max: number): z.ZodType<Record<string, string>> =>
  z.record(z.string().max(max), name).refine((all) => Object.keys(all).length <= CHOICES_MAX)

const Stored = z.object({
  v: z.literal(1),
  swarm: name.nullable(),
  projects: some(80),
  clients: some(CLIENT_CHARS_MAX),
})

/** Which voice was chosen for whom. Projects by the tag of their name, clients in small letters. */
export interface Choices {
  readonly swarm: string | null
  readonly projects: Readonly<Record<string, string>>
  readonly clients: Readonly<Record<string, string>>
}

export const NO_CHOICES: Choices = Object.freeze({ swarm: null, projects: {}, clients: {} })

/** What cannot be read, a later version wrote: nothing is chosen then. */
export function readChoices(value: unknown): Choices {
  const stored = Stored.safeParse(value)
  if (!stored.success) return NO_CHOICES
  const { clients, projects, swarm } = stored.data
  return { swarm, projects, clients }
}

export const storedChoices = (choices: Choices): object => ({ v: 1, ...choices })

export interface Asker {
  readonly client?: string | undefined
  /** Its tag. */
  readonly project?: string | undefined
}

export const clientKey = (client: string): string => client.trim().toLowerCase().slice(0, CLIENT_CHARS_MAX)

/** The same choices with another one: for a client, else for a project, else for the swarm. Null takes it back. */
export function chosen(choices: Choices, { client, project }: Asker, voice: string | null): Choices {
  const put = (all: Readonly<Record<string, string>>, key: string): Readonly<Record<string, string>> => {
    const others = Object.entries(all).filter(([one]) => one !== key)
    return Object.fromEntries(voice === null ? others : [...others, [key, voice]])
  }
  if (client !== undefined) return { ...choices, clients: put(choices.clients, clientKey(client)) }
  if (project !== undefined) return { ...choices, projects: put(choices.projects, project) }
  return { ...choices, swarm: voice }
}

export const isCrowded = ({ clients, projects }: Choices): boolean =>
  Object.keys(clients).length > CHOICES_MAX || Object.keys(projects).length > CHOICES_MAX

export type ChosenFor = 'client' | 'project' | 'swarm' | 'node' | 'default'

/** Names that count for whoever asks, the first that exists counts: client, project, swarm, this node, neutral. */
export function candidates(
  choices: Choices,
  { client, project }: Asker,
  node: string,
): readonly { readonly name: string; readonly by: ChosenFor }[] {
  const own = (all: Readonly<Record<string, string>>, key: string | undefined): string | undefined =>
    key !== undefined && Object.hasOwn(all, key) ? all[key] : undefined
  const found: readonly (readonly [string | null | undefined, ChosenFor])[] = [
    [client === undefined ? undefined : own(choices.clients, clientKey(client)), 'client'],
    [own(choices.projects, project), 'project'],
    [choices.swarm, 'swarm'],
    [node, 'node'],
    [NEUTRAL, 'default'],
  ]
  return found.flatMap(([one, by]) => (one ? [{ name: one, by }] : []))
}
