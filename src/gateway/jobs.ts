import type { JobReport } from '../driver/index.ts'
import { SCHEMA, type StatusFacts } from './views.ts'

/** Background work: what nodes do for the whole swarm, and what this one does for itself. */
export const jobsView = (facts: StatusFacts): object => ({
  schema: SCHEMA,
  jobs: [...facts.jobs.map((report) => swarmJob(report, facts)), ...ownJobs(facts)],
})

function swarmJob(
  { digest, done, groups, here, job, name, node, text }: JobReport,
  { node: own }: StatusFacts,
): object {
  const state = here ? (done === null ? 'waiting' : 'working') : node === null ? 'unassigned' : 'elsewhere'
  return {
    job,
    of: 'swarm',
    node: node === null ? null : { id: node, name: node === own.id ? own.name : name },
    here,
    state,
    done,
    left: null,
    text,
    ...(groups
      ? {
          groups: groups.map(({ items, template, tool }) => ({
            tool,
            template,
            items: items.map(({ id, title }) => ({ id, title })),
          })),
        }
      : {}),
    ...(digest
      ? {
          digest: {
            day: digest.day,
            items: digest.items,
            tools: digest.tools,
            authors: digest.authors,
            outcomes: digest.outcomes,
            conflicts: digest.conflicts,
            is_part: digest.isPart,
          },
        }
      : {}),
  }
}

function ownJobs({ indexLag, items, node: { id, name }, vectors }: StatusFacts): readonly object[] {
  const own = { of: 'node', node: { id, name }, here: true }
  return [
    {
      job: 'index',
      ...own,
      state: indexLag ? 'working' : 'waiting',
      done: null,
      left: null,
      text: indexLag ? null : `${items} items can be found`,
    },
    {
      job: 'vectors',
      ...own,
      state: vectors.waiting > 0 && vectors.trouble === null ? 'working' : 'waiting',
      done: vectors.items,
      left: vectors.waiting,
      text: vectors.trouble ?? vectors.space,
    },
  ]
}
