import type { z } from 'zod'
import type { NewItem } from '../driver/index.ts'
import type { ShareBody } from './item-schema.ts'

/** From the words of the wire to those of the house. */
export const shareInput = ({
  derived_from: derivedFrom,
  ...body
}: Omit<z.output<typeof ShareBody>, 'source'> & Pick<NewItem, 'source'>): NewItem => ({
  ...body,
  ...(derivedFrom === undefined ? {} : { derivedFrom }),
})
