import { z } from 'zod'
import { NDJSON } from '../ndjson.ts'
import {
  ConflictsQuery,
  DiffQuery,
  ImportQuery,
  MergeBody,
  PatchBody,
  ShareBody,
  VersionBody,
  WritingQuery,
} from '../item-schema.ts'
import {
  BlockBody,
  ExportQuery,
  GuideBody,
  ItemsQuery,
  OutcomeBody,
  PurgeBody,
  ResolveBody,
  ReviewBody,
  WidenBody,
} from '../schema.ts'
import { type Contract, type Contracts, count, itemId, time, told, version } from './contract.ts'
import {
  Answer,
  Author,
  Changed,
  Explanation,
  GuideAnswer,
  Item,
  ItemText,
  ItemTrust,
  Shared,
  VersionHead,
} from './shapes.ts'

const change = {
  tag: 'knowledge',
  query: WritingQuery,
  takes: ['If-Match'],
  answers: { 200: Changed },
  errors: ['SWARM_CONFLICT'],
} as const satisfies Partial<Contract>

const next = z.string().nullable().describe('Given as `cursor`, it leads on; null at the end.')

const withdrawal = {
  id: z.string().nullable(),
  author: Author,
  by: Author,
  at: time.nullable(),
  reason: z.string().nullable(),
  counts: z.boolean(),
}
const purged = z.array(z.looseObject({ id: itemId, title: z.string().nullable() }))
const Purge = told({
  ...withdrawal,
  written: purged,
  derived: purged,
  shown: z.array(z.looseObject({ receipt: z.string(), at: time, via: z.string(), items: z.array(itemId) })),
  more: z.looseObject({ items: count, shown: count }),
})

/** Questions, and the items that answer them. */
export const knowledgeContracts: Contracts = {
  'POST /v1/resolve': {
    tag: 'knowledge',
    summary: 'The known fix for an error.',
    body: ResolveBody,
    answers: { 200: Answer },
  },
  'POST /v1/explain': {
    tag: 'knowledge',
    summary: 'Why an error is answered as it is.',
    body: ResolveBody,
    answers: { 200: Explanation },
  },
  'POST /v1/guide': {
    tag: 'knowledge',
    summary: 'How something is done.',
    body: GuideBody,
    answers: { 200: GuideAnswer },
    errors: ['SWARM_NOT_FOUND'],
  },
  'POST /v1/items': {
    tag: 'knowledge',
    summary: 'Keep an item, and send it to every node.',
    body: ShareBody,
    answers: { 200: Shared, 201: Shared },
    gives: ['Location'],
    errors: ['SWARM_CONFLICT', 'SWARM_NOT_FOUND'],
  },
  'GET /v1/items': {
    tag: 'knowledge',
    summary: 'Items by what they are about, or by words.',
    query: ItemsQuery,
    answers: { 200: told({ items: z.array(Item), next }) },
    gives: ['Link'],
    errors: ['SWARM_CURSOR_GONE'],
  },
  'GET /v1/items/:id': {
    tag: 'knowledge',
    summary: 'One item.',
    takes: ['If-None-Match'],
    answers: { 200: Item.extend({ schema: z.literal(1), copies: count }) },
    gives: ['ETag'],
  },
  'PATCH /v1/items/:id': { ...change, summary: 'Change an item: a JSON merge patch.', body: PatchBody },
  'DELETE /v1/items/:id': { ...change, summary: 'Delete an item on every node.' },
  'POST /v1/items/:id/restore': { ...change, summary: 'Write an earlier version anew.', body: VersionBody },
  'POST /v1/items/:id/merge': {
    ...change,
    summary: 'Settle versions that stand beside one another.',
    body: MergeBody,
  },
  'POST /v1/items/:id/dismiss': { ...change, summary: 'Settle one of them: it is not needed.', body: VersionBody },
  'POST /v1/items/:id/publish': {
    tag: 'knowledge',
    summary: 'Let more see an item than see it now.',
    body: WidenBody,
    bodyOptional: true,
    answers: { 200: Shared },
    errors: ['SWARM_CONFLICT'],
  },
  'GET /v1/items/:id/versions': {
    tag: 'knowledge',
    summary: 'The history of an item, newest first.',
    answers: { 200: told({ id: itemId, present: version, why: z.string(), versions: z.array(VersionHead) }) },
  },
  'GET /v1/items/:id/versions/:version': {
    tag: 'knowledge',
    summary: 'One version, with what it says.',
    answers: {
      200: VersionHead.extend({
        schema: z.literal(1),
        id: itemId,
        item: ItemText.nullable().describe('Null for a deletion, and where it cannot be read.'),
      }),
    },
  },
  'GET /v1/items/:id/diff': {
    tag: 'knowledge',
    summary: 'What two versions of an item say differently.',
    query: DiffQuery,
    answers: {
      200: told({
        id: itemId,
        from: version.nullable(),
        to: version,
        changes: z.array(
          z.looseObject({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
        ),
      }),
    },
  },
  'GET /v1/knowledge': {
    tag: 'knowledge',
    summary: 'All items that this node holds, a line of JSON each.',
    query: ExportQuery,
    answers: { 200: { type: NDJSON, what: 'One `Item` a line.' } },
  },
  'POST /v1/knowledge': {
    tag: 'knowledge',
    summary: 'Take in items, a line of JSON each.',
    query: ImportQuery,
    body: {
      type: NDJSON,
      what: 'A line is what `POST /v1/items` takes, or an item as `GET /v1/knowledge` tells it.',
    },
    answers: {
      200: told({
        lines: count,
        added: count,
        known: count,
        failed: count,
        errors: z.array(z.looseObject({ line: count, code: z.string(), detail: z.string() })),
      }),
    },
    errors: ['SWARM_DISK_FULL'],
  },
  'GET /v1/conflicts': {
    tag: 'knowledge',
    summary: 'Items with versions that nobody has settled.',
    query: ConflictsQuery,
    gives: ['Link'],
    answers: {
      200: told({
        conflicts: z.array(
          z.looseObject({
            id: itemId,
            title: z.string(),
            kind: z.string().nullable(),
            present: VersionHead,
            others: z.array(VersionHead),
          }),
        ),
        next,
      }),
    },
  },
  'POST /v1/outcomes': {
    tag: 'knowledge',
    summary: 'Say how a fix went.',
    body: OutcomeBody,
    answers: { 201: told({ id: z.string(), item: itemId, result: z.string(), trust: ItemTrust }) },
    errors: ['SWARM_NOT_FOUND', 'SWARM_CONFLICT'],
  },
  'GET /v1/purges': {
    tag: 'knowledge',
    summary: 'What was withdrawn.',
    answers: { 200: told({ purges: z.array(z.looseObject(withdrawal)) }) },
  },
  'POST /v1/purges': {
    tag: 'knowledge',
    summary: 'Withdraw everything by an author; 200 for a rehearsal.',
    body: PurgeBody,
    answers: { 200: Purge, 201: Purge },
    errors: ['SWARM_NOT_FOUND', 'SWARM_CONFLICT'],
  },
  'GET /v1/purges/:id': { tag: 'knowledge', summary: 'One withdrawal.', answers: { 200: Purge } },
  'DELETE /v1/purges/:id': {
    tag: 'knowledge',
    summary: 'Take a withdrawal back.',
    answers: { 200: Purge },
    errors: ['SWARM_CONFLICT'],
  },
  'GET /v1/blocks': {
    tag: 'knowledge',
    summary: 'Authors that are not believed.',
    answers: { 200: told({ blocked: z.array(Author) }) },
  },
  'POST /v1/blocks': {
    tag: 'knowledge',
    summary: 'Block an author, or take it back.',
    body: BlockBody,
    answers: { 200: Author.extend({ schema: z.literal(1), blocked: z.boolean() }) },
    errors: ['SWARM_NOT_FOUND', 'SWARM_CONFLICT'],
  },
  'GET /v1/review': {
    tag: 'knowledge',
    summary: 'Items that are held.',
    answers: { 200: told({ items: z.array(Item), more: z.boolean() }) },
  },
  'POST /v1/review/:id': {
    tag: 'knowledge',
    summary: 'Vouch for an item that is held, or refuse it.',
    body: ReviewBody,
    answers: { 200: told({ id: itemId, trust: ItemTrust }) },
    errors: ['SWARM_CONFLICT'],
  },
}
