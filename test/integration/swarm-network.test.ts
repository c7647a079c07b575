import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import type { Libp2pTransportOptions } from '../../src/swarm/libp2p/index.ts'
import type { TransportReport } from '../../src/swarm/index.ts'
import { type Network, openNetwork, whyNoNetwork } from '../support/netns.ts'
import { scratch } from '../support/swarm.ts'
import { aToken, type NodeProcess, peersUp, startNode } from '../support/swarm-process.ts'

const skip = whyNoNetwork() ?? false

/** A node on each host, one after the other; each with a directory of its own, as on real machines. */
async function nodes(
  t: TestContext,
  network: Network,
  optionsOf: (host: number) => Partial<Libp2pTransportOptions>,
): Promise<[NodeProcess, NodeProcess]> {
  const directory = scratch()
  const token = aToken()
  const started: NodeProcess[] = []
  for (const host of [0, 1]) {
    const identity = join(directory, `identity-${host}`)
    const node = startNode(t, { identity, token, prefix: network.on(host), options: optionsOf(host) })
    await node.until('the start', (said) => said.some(({ is }) => is === 'started'))
    started.push(node)
  }
  return started as [NodeProcess, NodeProcess]
}

const bothUp = async (pair: readonly NodeProcess[]): Promise<void> => {
  for (const node of pair) await node.until('the other host', (said) => peersUp(said).length === 1)
}

async function sourceOf(
  node: NodeProcess,
  source: string,
): Promise<TransportReport['discovery'][number] | undefined> {
  const before = node.said.length
  node.order({ do: 'report' })
  await node.until('a report', (said) => said.slice(before).some(({ is }) => is === 'report'))
  const report = node.said.findLast(({ is }) => is === 'report')?.['report'] as TransportReport
  return report.discovery.find((one) => one.source === source)
}

suite('two hosts on one network, no address given', { skip }, () => {
  test('without a route for multicast the beacon finds the other, and the report says that mDNS cannot', async (t) => {
    const pair = await nodes(t, openNetwork(t, { hosts: 2 }), () => ({}))
    await bothUp(pair)
    const beacon = await sourceOf(pair[1], 'beacon')
    assert.match(beacon?.detail ?? '', /^beacon: sent on .*eth0.*; heard 1 peer$/)
    const mdns = await sourceOf(pair[1], 'mdns')
    assert.match(mdns?.detail ?? '', /^mdns: no route for multicast \(ENETUNREACH\)/)
  })

  test('mDNS alone finds the other where there is a route', async (t) => {
    const pair = await nodes(t, openNetwork(t, { hosts: 2, multicastRoute: true }), () => ({ beacon: false }))
    await bothUp(pair)
    assert.ok((await Promise.all(pair.map((node) => sourceOf(node, 'mdns')))).some((mdns) => mdns?.found === 1))
  })

  test('a network with IPv6 only', async (t) => {
    await bothUp(await nodes(t, openNetwork(t, { hosts: 2, family: 6 }), () => ({ mdns: false })))
  })

  test('a cable plugged in after the start', async (t) => {
    const network = openNetwork(t, { hosts: 2 })
    network.cable(1, 'out')
    const pair = await nodes(t, network, () => ({ mdns: false }))
    assert.deepEqual(peersUp(pair[0].said), [])
    network.cable(1, 'in')
    await bothUp(pair)
  })
})

suite(
  'two hosts on a network that drops multicast and broadcast',
  { skip: whyNoNetwork({ nft: true }) ?? false },
  () => {
    test('they join by address, and only so', async (t) => {
      const network = openNetwork(t, { hosts: 2, multicastRoute: true, blockMulticast: true })
      const pair = await nodes(t, network, (host) => (host === 0 ? { port: 7801 } : { join: [network.address(0)] }))
      await bothUp(pair)
      for (const source of ['beacon', 'mdns']) assert.equal((await sourceOf(pair[1], source))?.found, 0)
      const joined = await sourceOf(pair[1], 'join')
      assert.match(joined?.tried?.[0]?.outcome ?? '', /^connected to /)
    })
  },
)
