import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { MemoryStore } from '../../src/memory/index.ts'
import { asks, AT, cosine, draft, remember, STRANGER, vectors } from '../support/memories.ts'

/** Opens stores over one place, the first time empty; several at once where several nodes may share it. */
export interface MemoryPlace {
  readonly open: () => Promise<MemoryStore>
  readonly isShared: boolean
  readonly vectors: 'pgvector' | 'in-process'
}

const questionsOf = (hits: readonly { readonly memory: { readonly questionId: string } }[]): string[] =>
  hits.map(({ memory }) => memory.questionId)

/** What every implementation of `MemoryStore` promises. */
export function memoryContract(name: string, place: (t: TestContext) => Promise<MemoryPlace>, skip?: string): void {
  const it = (what: string, run: (store: MemoryStore, place: MemoryPlace, t: TestContext) => Promise<void>): void =>
    void test(what, skip === undefined ? {} : { skip }, async (t) => {
      const its = await place(t)
      const store = await its.open()
      t.after(() => store.close())
      await run(store, its, t)
    })

  suite(`memory store: ${name}`, () => {
    it('gives back to the letter what was stored', async (store) => {
      const given = draft({
        question: "What's `EADDRINUSE`? 日本語 😀 \\ % _ \" '",
        response: 'x'.repeat(200_000),
        context: 'on node 24',
        tags: ['node', 'net "quoted"'],
        project: 'p1',
        visibility: 'project',
        model: 'some-model',
        tokens: 42,
        agent: 'an agent',
      })
      const { duplicateOf, is, memory } = await store.put(given)
      assert.deepEqual([is, duplicateOf, memory.rev], ['created', null, 1])
      const got = await store.get(given.questionId, asks({ projects: ['p1'] }))
      assert.deepEqual(got, memory)
      assert.deepEqual(
        [got?.question, got?.response, got?.context, got?.tags, got?.tokens, got?.created, got?.forgotten],
        [given.question, given.response, 'on node 24', ['node', 'net "quoted"'], 42, AT, false],
      )
      assert.equal(await store.get('q_unknown', asks()), undefined)
    })

    it('takes texts that are no valid ones, and searches for them', async (store) => {
      const given = draft({ question: 'nul \0 and half \ud800 a character', response: '\0' })
      await store.put(given)
      const got = await store.get(given.questionId, asks())
      assert.equal(got?.question, 'nul \u{fffd} and half \u{fffd} a character')
      for (const words of [["' | !", '" OR *', '\0', '\ud800'], ['(', ':*', '\\', '---'], []])
        assert.ok(Array.isArray(await store.search({ ...asks(), words, limit: 10 })))
    })

    it('keeps another response as a new version, and the same only once', async (store) => {
      const first = draft({ question: 'Port in use?' })
      const second = { ...draft({ question: 'port in  use', response: 'Kill it.', at: AT + 10 }) }
      assert.equal((await store.put(first)).is, 'created')
      assert.equal((await store.put(first)).is, 'same')
      const revised = await store.put(second)
      assert.deepEqual([revised.is, revised.memory.rev, revised.memory.created], ['revised', 2, AT])
      // A repetition that comes late is none of its own; the same said again later is.
      assert.deepEqual([(await store.put(first)).is, (await store.put(first)).memory.rev], ['same', 1])
      assert.equal((await store.get(first.questionId, asks()))?.response, 'Kill it.')
      assert.equal((await store.put({ ...first, at: AT + 20 })).memory.rev, 3)
      assert.deepEqual(
        (await store.history(first.questionId, asks(), 10)).map(({ response, rev }) => [rev, response]),
        [
          [3, 'Use another port.'],
          [2, 'Kill it.'],
          [1, 'Use another port.'],
        ],
      )
      assert.equal((await store.history(first.questionId, asks(), 1)).length, 1)
      assert.equal((await store.get(first.questionId, asks(), 2))?.response, 'Kill it.')
      assert.equal((await store.facts()).memories, 1)
    })

    it('names another question of the same content, if the writer may see it', async (store) => {
      const open = draft({ questionId: 'one', question: 'How?' })
      await store.put(open)
      assert.equal((await store.put({ ...open, questionId: 'two' })).duplicateOf, 'one')
      const secret = draft({ questionId: 'three', question: 'Why?', visibility: 'private', node: 'node-b' })
      await store.put(secret)
      assert.equal((await store.put({ ...secret, questionId: 'four', node: 'node-a' })).duplicateOf, null)
    })

    it('widens what is stored again, and narrows nothing', async (store) => {
      const own = draft({ question: 'q', visibility: 'private', tags: ['a'] })
      await store.put(own)
      assert.equal(await store.get(own.questionId, STRANGER), undefined)
      const wider = await store.put({ ...own, visibility: 'swarm', tags: ['b'] })
      assert.deepEqual([wider.is, wider.memory.visibility, wider.memory.tags], ['same', 'swarm', ['a', 'b']])
      await store.put({ ...own, visibility: 'private' })
      const got = await store.get(own.questionId, STRANGER)
      assert.deepEqual([got?.visibility, got?.tags, got?.rev], ['swarm', ['a', 'b'], 1])
      assert.deepEqual(questionsOf(await store.search({ ...STRANGER, words: ['port'], limit: 5 })), [own.questionId])
    })

    it('shows each memory to those it is for, everywhere', async (store) => {
      const put = (questionId: string, part: Parameters<typeof draft>[0] | object): Promise<unknown> =>
        store.put(draft({ questionId, question: `what about ${questionId}`, ...part }))
      await put('all', { visibility: 'swarm' })
      await put('team', { visibility: 'project', project: 'p1' })
      await put('mine', { visibility: 'private' })
      await put('yours', { visibility: 'private', node: 'node-b' })
      for (const [who, sees] of [
        [STRANGER, ['all']],
        [asks({ seesPrivate: false, projects: ['p1'] }), ['all', 'team']],
        [asks(), ['all', 'mine']],
        [asks({ node: 'node-b', projects: ['p1', 'p2'] }), ['all', 'team', 'yours']],
      ] as const) {
        const { memories } = await store.list({ ...who, limit: 10 })
        assert.deepEqual(memories.map(({ questionId }) => questionId).sort(), sees)
        assert.deepEqual(questionsOf(await store.search({ ...who, words: ['about'], limit: 10 })).sort(), sees)
        for (const id of ['all', 'team', 'mine', 'yours'] as const)
          assert.equal((await store.get(id, who)) !== undefined, (sees as readonly string[]).includes(id), id)
        for (const id of ['team', 'mine', 'yours'])
          if (!(sees as readonly string[]).includes(id)) {
            assert.equal(await store.pin(id, who, true), false)
            assert.equal(await store.forget(id, who, AT), false)
          }
      }
    })

    it('does not let a private version hide what others see', async (store) => {
      const open = draft({ question: 'q', response: 'everybody reads this' })
      await store.put(open)
      await store.put(
        draft({ question: 'q', response: 'only mine', visibility: 'private', node: 'node-b', at: AT + 1 }),
      )
      assert.equal((await store.get(open.questionId, STRANGER))?.response, 'everybody reads this')
      const mine = asks({ node: 'node-b' })
      assert.equal((await store.get(open.questionId, mine))?.response, 'only mine')
      assert.deepEqual(
        (await store.list({ ...mine, limit: 5 })).memories.map(({ response }) => response),
        ['only mine'],
      )
      assert.deepEqual(questionsOf(await store.search({ ...STRANGER, words: ['everybody'], limit: 5 })), [
        open.questionId,
      ])
      assert.deepEqual(await store.search({ ...mine, words: ['everybody'], limit: 5 }), [])
    })

    it('loses nothing when several put to one question at once', async (store, place, t) => {
      const other = place.isShared ? await place.open() : store
      if (place.isShared) t.after(() => other.close())
      for (let round = 0; round < 5; round++) {
        const question = `round ${round}`
        const same = await Promise.all(
          [store, other, store, other].map((one) => one.put(draft({ question, response: 'same' }))),
        )
        assert.deepEqual(same.map(({ is }) => is).sort(), ['created', 'same', 'same', 'same'])
        const responses = Array.from({ length: 8 }, (_, at) => `response ${at}`)
        await Promise.all(
          responses.map((response, at) =>
            (at % 2 ? store : other).put(draft({ question, response, at: AT + 1 + at })),
          ),
        )
        const versions = await store.history(draft({ question }).questionId, asks(), 100)
        assert.deepEqual(versions.map(({ response }) => response).sort(), [...responses, 'same'])
        assert.deepEqual(
          versions.map(({ rev }) => rev),
          [9, 8, 7, 6, 5, 4, 3, 2, 1],
        )
      }
    })

    it('lists the newest change first, a page at a time, of a project and of a tag', async (store) => {
      for (let at = 0; at < 25; at++)
        await store.put(
          draft({
            questionId: `m${at}`,
            question: `m${at}`,
            at: AT + Math.floor(at / 2),
            project: at % 2 ? 'p1' : null,
            tags: at % 5 ? ['x'] : ['x', 'five'],
          }),
        )
      const met: string[] = []
      let after: string | undefined
      for (let pages = 0; pages < 10; pages++) {
        const page = await store.list({ ...asks(), limit: 10, ...(after === undefined ? {} : { after }) })
        met.push(...page.memories.map(({ questionId }) => questionId))
        if (page.next === null) break
        after = page.next
      }
      assert.deepEqual(
        met,
        Array.from({ length: 25 }, (_, at) => `m${24 - at}`),
      )
      assert.equal((await store.list({ ...asks(), project: 'p1', limit: 100 })).memories.length, 12)
      assert.equal((await store.list({ ...asks(), tag: 'five', limit: 100 })).memories.length, 5)
      assert.equal((await store.list({ ...asks(), tag: 'fiv', limit: 100 })).memories.length, 0)
      await assert.rejects(store.list({ ...asks(), limit: 5, after: 'nonsense' }), { code: 'SWARM_BAD_INPUT' })
    })

    it('finds by words, the better match first', async (store) => {
      await store.put(draft({ questionId: 'a', question: 'Why does vite fail with EADDRINUSE?', tags: ['vite'] }))
      await store.put(
        draft({ questionId: 'b', question: 'How do I rotate logs?', response: 'Use logrotate.', project: 'p1' }),
      )
      await store.put(draft({ questionId: 'c', question: 'What is EADDRINUSE?', response: 'A port that is taken.' }))
      const find = async (words: readonly string[], narrow = {}): Promise<string[]> =>
        questionsOf(
          (await store.search({ ...asks(), words, limit: 10, ...narrow })).toSorted((x, y) => y.text - x.text),
        )
      assert.equal((await find(['vite', 'EADDRINUSE', 'fail']))[0], 'a')
      assert.deepEqual((await find(['eaddrinuse'])).sort(), ['a', 'c'])
      assert.deepEqual(await find(['logrotate']), ['b'])
      assert.deepEqual(await find(['port'], { project: 'p1' }), [])
      assert.deepEqual(await find(['vite'], { tag: 'vite' }), ['a'])
      assert.deepEqual(await find(['nothing', 'of', 'it']), [])
      assert.deepEqual(
        (await store.search({ ...asks(), words: ['rotate'], limit: 1 })).map(({ cosine, text }) => [
          cosine,
          text > 0,
        ]),
        [[null, true]],
      )
      // Of the newest version alone.
      await store.put(
        draft({ questionId: 'b', question: 'How do I rotate logs?', response: 'Use journald.', at: AT + 1 }),
      )
      assert.deepEqual([await find(['logrotate']), await find(['journald'])], [[], ['b']])
    })

    it('finds by vectors what a plain scan finds', async (store, { vectors: kind }) => {
      const all = vectors(300, 48, 7)
      await remember(store, 'model-48', all)
      for (const asked of vectors(10, 48, 8)) {
        const hits = await store.search({ ...asks(), vectors: [{ space: 'model-48', values: asked }], limit: 10 })
        const best = all
          .map((one, at) => ({ id: `m${at}`, cosine: cosine(asked, one) }))
          .sort((a, b) => b.cosine - a.cosine)
          .slice(0, 10)
        const found = hits.toSorted((a, b) => (b.cosine ?? 0) - (a.cosine ?? 0))
        const shared = found.filter(({ memory }) => best.some(({ id }) => id === memory.questionId))
        assert.ok(shared.length >= 9, `${shared.length} of 10`)
        assert.equal(found[0]?.memory.questionId, best[0]?.id)
        assert.ok(Math.abs((found[0]?.cosine ?? 0) - (best[0]?.cosine ?? 0)) < 1e-4)
      }
      assert.equal((await store.facts()).vectors, kind)
    })

    it('finds by vectors that are mostly zeros, and bears those that have nothing else', async (store) => {
      const all = vectors(400, 512, 21, 1, 1).map((one, at) =>
        one.map((value, n) => ((n * 31 + at * 17) % 13 ? 0 : value)),
      )
      const [none, strange] = [new Float32Array(512), new Float32Array(512).fill(Number.NaN)]
      await remember(store, 'sparse', [...all, none, strange])
      assert.deepEqual(await store.without('sparse', 10), [])
      for (let at = 0; at < 400; at += 40) {
        // Half of what it has.
        const asked = (all[at] as Float32Array).map((value, n) => (n % 2 ? value : 0))
        const best = all
          .map((one, other) => ({ id: `m${other}`, cosine: cosine(asked, one) }))
          .sort((a, b) => b.cosine - a.cosine)
          .slice(0, 10)
        const hits = await store.search({ ...asks(), vectors: [{ space: 'sparse', values: asked }], limit: 10 })
        const shared = hits.filter(({ memory }) => best.some(({ id }) => id === memory.questionId))
        assert.ok(shared.length >= 8, `${shared.length} of 10`)
        assert.equal(hits[0]?.memory.questionId, `m${at}`)
      }
      for (const values of [none, strange])
        assert.ok(Array.isArray(await store.search({ ...asks(), vectors: [{ space: 'sparse', values }], limit: 3 })))
    })

    it('keeps vectors of several spaces apart, and of versions that are the newest', async (store) => {
      const values = vectors(4, 16, 3)
      await remember(store, 'one', values)
      const near = async (space: string, at: Float32Array): Promise<string[]> =>
        questionsOf(await store.search({ ...asks(), vectors: [{ space, values: at }], limit: 1 }))
      assert.deepEqual(await near('one', values[2] as Float32Array), ['m2'])
      // Of another model, of another length, of none: no error, nothing found.
      assert.deepEqual(await near('two', values[2] as Float32Array), [])
      assert.deepEqual(await near('one', new Float32Array(8).fill(1)), [])
      assert.deepEqual((await store.without('two', 10)).map(({ questionId, rev }) => `${questionId}/${rev}`).sort(), [
        'm0/1',
        'm1/1',
        'm2/1',
        'm3/1',
      ])
      assert.match((await store.without('two', 1))[0]?.text ?? '', /what is m\d[^]*another port/)
      await store.keepVectors('two', [{ questionId: 'm1', rev: 1, values: new Float32Array([1, 2, 3]) }])
      assert.deepEqual(await near('two', new Float32Array([1, 2, 3])), ['m1'])
      assert.deepEqual((await store.facts()).spaces, [
        { space: 'one', vectors: 4 },
        { space: 'two', vectors: 1 },
      ])
      const both = await store.search({
        ...asks(),
        words: ['m1'],
        vectors: [
          { space: 'one', values: values[1] as Float32Array },
          { space: 'two', values: new Float32Array([1, 2, 3]) },
        ],
        limit: 1,
      })
      assert.deepEqual(
        [questionsOf(both), (both[0]?.text ?? 0) > 0, (both[0]?.cosine ?? 0) > 0.999],
        [['m1'], true, true],
      )

      await store.put(draft({ questionId: 'm2', question: 'what is m2', response: 'new', at: AT + 100 }))
      assert.notDeepEqual(await near('one', values[2] as Float32Array), ['m2'])
      await store.keepVectors('one', [{ questionId: 'm2', rev: 1, values: values[2] as Float32Array }])
      assert.deepEqual(
        (await store.without('one', 10)).map(({ questionId, rev }) => [questionId, rev]),
        [['m2', 2]],
      )
      // Made anew: the old direction is not found any more.
      await store.keepVectors('one', [
        { questionId: 'm3', rev: 1, values: (values[3] as Float32Array).map((x) => -x) },
      ])
      assert.notDeepEqual(await near('one', values[3] as Float32Array), ['m3'])
      assert.deepEqual(
        await near(
          'one',
          (values[3] as Float32Array).map((x) => -x),
        ),
        ['m3'],
      )
      await store.dropSpace('one')
      assert.deepEqual(await near('one', values[0] as Float32Array), [])
      assert.deepEqual(await near('two', new Float32Array([1, 2, 3])), ['m1'])
    })

    it('finds the few that may be told among many that may not', async (store) => {
      const all = vectors(600, 32, 5, 1, 0.2)
      await Promise.all(
        all.map((_, at) =>
          store.put(
            draft({
              questionId: `m${at}`,
              question: `m${at}`,
              visibility: at % 100 === 0 ? 'swarm' : 'private',
              at: AT + at,
            }),
          ),
        ),
      )
      await store.keepVectors(
        's',
        all.map((values, at) => ({ questionId: `m${at}`, rev: 1, values })),
      )
      const asked = { space: 's', values: all[1] as Float32Array }
      const hits = await store.search({ ...STRANGER, vectors: [asked], limit: 10 })
      assert.deepEqual(questionsOf(hits).sort(), ['m0', 'm100', 'm200', 'm300', 'm400', 'm500'])
    })

    it('forgets texts, vectors and all versions, and leaves a tombstone', async (store) => {
      const [one] = vectors(1, 16, 2)
      const given = draft({ questionId: 'm', question: 'a secretword question' })
      await store.put(given)
      await store.put({ ...given, response: 'second', content: 'second', at: AT + 1 })
      await store.keepVectors('s', [{ questionId: 'm', rev: 2, values: one as Float32Array }])
      assert.equal(await store.forget('m', asks(), AT + 5), true)
      assert.equal(await store.forget('m', asks(), AT + 6), false)
      const left = await store.history('m', asks(), 10)
      assert.deepEqual(
        left.map(({ forgotten, question, response, rev, updated }) => [forgotten, question, response, rev, updated]),
        [[true, '', '', 2, AT + 5]],
      )
      assert.deepEqual(await store.search({ ...asks(), words: ['secretword'], limit: 5 }), [])
      assert.deepEqual(
        await store.search({ ...asks(), vectors: [{ space: 's', values: one as Float32Array }], limit: 5 }),
        [],
      )
      assert.deepEqual((await store.list({ ...asks(), limit: 5 })).memories, [])
      assert.deepEqual([(await store.facts()).memories, (await store.facts()).spaces], [0, []])
      assert.deepEqual(await store.without('s', 5), [])
      assert.equal(await store.pin('m', asks(), true), false)
      // What was given before it was forgotten does not bring it back.
      const late = await store.put({ ...given, at: AT + 4 })
      assert.deepEqual([late.is, late.memory.forgotten], ['same', true])
      const again = await store.put({ ...given, at: AT + 9 })
      assert.deepEqual([again.is, again.memory.rev, again.memory.created], ['created', 3, AT + 9])
      assert.deepEqual(questionsOf(await store.search({ ...asks(), words: ['secretword'], limit: 5 })), ['m'])
    })

    it('prunes by age and by number, and spares what is pinned', async (store) => {
      for (let at = 0; at < 12; at++)
        await store.put(draft({ questionId: `m${at}`, question: `m${at}`, at: AT + at * 1000 }))
      assert.equal(await store.pin('m0', asks(), true), true)
      assert.equal((await store.get('m0', asks()))?.pinned, true)
      const left = async (): Promise<string[]> =>
        (await store.list({ ...asks(), limit: 100 })).memories.map(({ questionId }) => questionId).toReversed()
      assert.equal(await store.prune({ ageMsMax: null, countMax: 100 }, AT + 12_000), 0)
      assert.equal(await store.prune({ ageMsMax: 9_500, countMax: 100 }, AT + 12_000), 2)
      assert.deepEqual((await left()).slice(0, 2), ['m0', 'm3'])
      assert.equal(await store.prune({ ageMsMax: null, countMax: 4 }, AT + 12_000), 6)
      assert.deepEqual(await left(), ['m0', 'm9', 'm10', 'm11'])
      assert.equal((await store.get('m3', asks()))?.forgotten, true)
      // A new version of what is pinned is pinned.
      await store.put(draft({ questionId: 'm0', question: 'm0', response: 'new', at: AT + 20_000 }))
      assert.equal((await store.get('m0', asks()))?.pinned, true)
      assert.equal(await store.prune({ ageMsMax: 1, countMax: 0 }, AT + 90_000), 3)
      assert.deepEqual(await left(), ['m0'])
    })

    it('walks all versions, and takes them as they were', async (store) => {
      for (let at = 0; at < 7; at++) {
        await store.put(
          draft({ questionId: `m${at % 4}`, question: `m${at % 4}`, response: `response ${at}`, at: AT + at }),
        )
      }
      await store.pin('m2', asks(), true)
      await store.put(draft({ questionId: 'mine', question: 'mine', visibility: 'private', node: 'node-b' }))
      await store.forget('m3', asks(), AT + 50)
      const whole = async (): ReturnType<typeof walked> => walked(store)
      const versions = await whole()
      assert.equal(versions.length, 8)
      assert.equal(await store.take(versions), 0)
      assert.deepEqual(await whole(), versions)
      await store.forget('m0', asks(), AT + 60)
      // What was forgotten since is not brought back.
      assert.equal(await store.take(versions), 0)
      assert.equal((await store.get('m0', asks()))?.forgotten, true)
      const others = versions.map((one) => ({ ...one, questionId: `other-${one.questionId}` }))
      // The later ones first: the order of arrival decides nothing.
      assert.equal(await store.take(others.toReversed()), 8)
      assert.equal((await store.get('other-m0', asks()))?.response, 'response 4')
      assert.equal((await store.get('other-m2', asks()))?.pinned, true)
      assert.equal((await store.get('other-m3', asks()))?.forgotten, true)
      assert.equal(await store.get('other-mine', asks()), undefined)
      const { at: _at, ...revised } = { ...draft({ questionId: 'other-m0', question: 'm0', response: 'x' }), at: 0 }
      assert.equal((await store.put({ ...revised, at: AT + 99 })).memory.rev, 3)
      assert.deepEqual(
        (await walked(store))
          .filter(({ questionId }) => questionId === 'other-m0')
          .map(({ rev }) => String(rev))
          .sort(),
        ['1', '2', '3'],
      )
    })

    it('has everything after it was closed and opened', async (store, place) => {
      const all = vectors(20, 16, 9)
      await remember(store, 's', all)
      await store.forget('m3', asks(), AT + 99)
      const before = await walked(store)
      const facts = await store.facts()
      await store.close()
      await assert.rejects(store.get('m1', asks()), { code: /^SWARM_/ })
      const again = await place.open()
      try {
        assert.deepEqual(await walked(again), before)
        const { bytes: _b, ...rest } = await again.facts()
        const { bytes: _c, ...was } = facts
        assert.deepEqual(rest, was)
        assert.deepEqual(
          questionsOf(
            await again.search({ ...asks(), vectors: [{ space: 's', values: all[5] as Float32Array }], limit: 1 }),
          ),
          ['m5'],
        )
      } finally {
        await again.close()
      }
    })

    it('says what it is', async (store) => {
      const facts = await store.facts()
      assert.match(facts.version, /^(PostgreSQL|SQLite) \d+\.\d+/)
      assert.deepEqual([facts.memories, facts.spaces, facts.readOnly, facts.migration], [0, [], false, 1])
      assert.ok((facts.bytes ?? 0) > 1000)
      assert.doesNotMatch(facts.place, /secret|@/)
    })
  })
}

async function walked(store: MemoryStore): Promise<Awaited<ReturnType<MemoryStore['walk']>>['versions']> {
  const all = []
  for (let after: string | null = null; ;) {
    const { next, versions } = await store.walk(after, 3)
    all.push(...versions)
    if (next === null) return all
    after = next
  }
}
