import { failed, ok, projectName, type Result, sha256, SwarmError } from '../base/index.ts'
import type { Item, Visibility } from '../knowledge/index.ts'

export interface Sharing {
  /** What an item is where nobody says it. */
  readonly visibility: Visibility
  /** What members share and nobody else knows: without it, the hash of a project could be guessed from its name. */
  readonly projectSalt: string
  /** Of swarms this node was in before: what it kept for a project there is offered to that project still. */
  readonly formerSalts?: readonly string[]
}

export const SWARM_WIDE: Sharing = { visibility: 'swarm', projectSalt: '' }

interface Asked {
  readonly visibility?: Visibility | undefined
  /** The URL of the project's git remote. */
  readonly project?: string | undefined
}

/** Who may see what. */
export class Scopes {
  readonly #sharing: Sharing

  constructor(sharing: Sharing) {
    this.#sharing = sharing
  }

  /** Of an item that is being written; nothing for one that all may see. */
  of({
    project,
    visibility = this.#sharing.visibility,
  }: Asked): Result<{ readonly scope?: NonNullable<Item['scope']> }> {
    if (visibility === 'swarm') return ok({})
    if (visibility === 'private') return ok({ scope: { visibility } })
    const [key] = this.keys(project)
    if (key !== undefined) return ok({ scope: { visibility, project: key } })
    const why = project === undefined ? 'no project is given' : 'the project has no address that other clones share'
    return failed(
      new SwarmError(
        'SWARM_BAD_INPUT',
        why,
        'Give the URL of its git remote, or share it with the swarm or privately.',
      ),
    )
  }

  /** Of a question. */
  audience({
    forOthers = false,
    project,
  }: Pick<Asked, 'project'> & { readonly forOthers?: boolean | undefined }): Audience {
    return { projects: this.keys(project), others: forOthers }
  }

  /** The same for all clones of a project, on all members; the present one first. Empty without a project. */
  keys(project: string | undefined): readonly string[] {
    const name = project === undefined ? undefined : projectName(project)
    if (name === undefined) return []
    const { formerSalts = [], projectSalt } = this.#sharing
    return [projectSalt, ...formerSalts].map(
      (salt) => `p_${sha256(JSON.stringify(['mcp-swarm project 1', salt, name])).slice(0, 32)}`,
    )
  }
}

/** Who sees an answer. */
export interface Audience {
  /** Keys of the project it is for. */
  readonly projects: readonly string[]
  /** Not only this node's owner: it may be kept on other nodes. */
  readonly others: boolean
}

/** Whether an item is offered to a question from this project. */
export const isOffered = ({ scope }: Pick<Item, 'scope'>, { others, projects }: Audience): boolean =>
  scope?.visibility === 'private'
    ? !others
    : scope?.visibility !== 'project' || (scope.project !== undefined && projects.includes(scope.project))

const WIDTH: Readonly<Record<Visibility, number>> = { private: 0, project: 1, swarm: 2 }

export const visibilityOf = ({ scope }: Pick<Item, 'scope'>): Visibility => scope?.visibility ?? 'swarm'

/** Whether more would see it than see it now. */
export const isWider = (next: Pick<Item, 'scope'>, now: Pick<Item, 'scope'>): boolean =>
  WIDTH[visibilityOf(next)] > WIDTH[visibilityOf(now)]
