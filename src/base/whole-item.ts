type Fields = Readonly<Record<string, unknown>>

/** What nodes say of an item, and what this node writes anew. */
const OF_THE_NODE = new Set([
  'schema',
  'id',
  'v',
  'version',
  'copies',
  'provenance',
  'scope',
  'trust',
  'writtenBy',
  'destructive',
  'suspicious',
  'newer',
])

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether it stands for all of an item, and not for some fields to change. */
export const isWhole = (json: Fields): boolean => json['kind'] !== undefined && json['title'] !== undefined

/** An item as `knowledge get --json` prints it, without what is not its author's to say. */
export const authored = (item: Fields): Fields =>
  Object.fromEntries(Object.entries(item).filter(([field]) => !OF_THE_NODE.has(field)))

/**
 * An item as `knowledge get` prints it, in the fields that `share` takes; what has these already is left as it is. The
 * node reads the error anew from its sample.
 */
export function asShared(json: Fields): Fields {
  const isNested = isObject(json['solution']) || isObject(json['error']) || isObject(json['provenance'])
  if (!isNested) return json
  const { error, guide, solution, ...rest } = authored(json)
  const { scope } = json
  return {
    ...rest,
    // What was private does not become everybody's by a detour through a file.
    ...(isObject(scope) && scope['visibility'] !== undefined ? { visibility: scope['visibility'] } : {}),
    ...(isObject(error) ? { error: error['sample'] ?? error['message'] } : error === undefined ? {} : { error }),
    ...(isObject(solution)
      ? {
          ...solution,
          ...(solution['verify'] === undefined ? {} : { verify: withoutRisk(solution['verify']) }),
        }
      : {}),
    ...(isObject(guide) ? { guide: asGiven(guide) } : {}),
  }
}

/** Steps as they are given: the risk of a check is judged by the node. */
const asGiven = (guide: Fields): Fields => ({
  ...guide,
  ...(Array.isArray(guide['steps'])
    ? {
        steps: guide['steps'].map((step: unknown) =>
          isObject(step) && step['verify'] !== undefined ? { ...step, verify: withoutRisk(step['verify']) } : step,
        ),
      }
    : {}),
})

function withoutRisk(check: unknown): unknown {
  if (!isObject(check)) return check
  const { risk: _risk, ...rest } = check
  return rest
}
