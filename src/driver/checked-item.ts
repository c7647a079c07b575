import {
  failed,
  isDeeper,
  issueText,
  ITEM_BYTES_MAX,
  ITEM_DEPTH_MAX,
  ok,
  type Result,
  SwarmError,
  utf8Length,
} from '../base/index.ts'
import { Item } from '../knowledge/index.ts'

const FIELDS = 'The fields of each kind and their bounds are in docs/schema.'

/**
 * An item as it may be written, and the text that is signed, its fields in the order of the schema: versions that say
 * the same are the same text. The refusal names the field, what was given and the limit.
 */
export function checkedItem(value: object): Result<{ readonly item: Item; readonly body: string }> {
  if (isDeeper(value, ITEM_DEPTH_MAX))
    return refused('SWARM_BAD_INPUT', `the item is nested deeper than ${ITEM_DEPTH_MAX} levels`, FIELDS)
  const checked = Item.safeParse(value, { reportInput: true })
  if (!checked.success) return refused('SWARM_BAD_INPUT', issueText(checked.error.issues[0]), FIELDS)
  const body = JSON.stringify(checked.data)
  const bytes = utf8Length(body)
  if (bytes > ITEM_BYTES_MAX)
    return refused(
      'SWARM_TOO_LARGE',
      `the item takes ${bytes} bytes, at most ${ITEM_BYTES_MAX} are kept`,
      'Shorten the text or the sample of the error.',
    )
  return ok({ item: checked.data, body })
}

const refused = (...said: ConstructorParameters<typeof SwarmError>): Result<never> => failed(new SwarmError(...said))
