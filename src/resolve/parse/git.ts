import type { Draft } from '../occurrence.ts'
import { type LineRule, lineDetector } from './detector.ts'

const git = { tool: 'git', weight: 88 } as const

/** The rest of an error that goes on in lines of its own, up to an empty one. */
const LINES_MAX = 12

function paragraph(draft: Draft, lines: readonly string[], at: number): Draft {
  let end = at + 1
  while (end < lines.length && end <= at + LINES_MAX && /^\S|^\t/.test(lines[end] ?? '')) {
    if (/^(?:fatal|error|hint|warning|remote|To|From)\b/.test(lines[end] ?? '')) break
    end += 1
  }
  return { ...draft, end }
}

/** What git says after `error: `; other programs begin their errors so too. */
const ERRORS = [
  'pathspec ',
  'src refspec ',
  'could not apply ',
  'could not lock config',
  'could not delete reference',
  'cannot (?:rebase|pull|lock ref|cherry-pick|revert|stash|spawn|overwrite|update|delete|run|apply|open \\.git)',
  'Cannot (?:delete branch|access|merge|save|remove|open)',
  'Your local changes to the following files would be overwritten',
  'The following untracked working tree files would be',
  'Entry .* (?:would be overwritten|not uptodate)',
  '(?:Merging|Committing|Pulling|Cherry-picking|Reverting|Rebasing) is not possible',
  'You have (?:not concluded|unstaged|unmerged)',
  'commit .* is a merge but no -m option',
  'patch failed',
  '(?:patch|corrupt patch|unrecognized input|No valid patches)',
  '.*: (?:patch does not apply|does not exist in index|already exists in (?:index|working directory)|does not match index)',
  'remote .* already exists',
  'No such remote',
  'branch .* (?:not found|already exists)',
  'The branch .* is not fully merged',
  'the branch .* is not fully merged',
  'tag .* (?:not found|already exists)',
  'unable to (?:create|write|unlink|read|resolve|find|mmap|delete|push|access|update|rewind|append|open object)',
  '(?:object file|inflate:|unable to unpack|sha1 mismatch|bad signature|index file|object directory|packfile|refs/|loose object|garbage at end|invalid object)',
  'RPC failed',
  'server certificate verification failed',
  'unknown (?:option|switch) `',
  'did you mean `',
  'gpg failed to sign',
  'you need to resolve your current index first',
  'invalid key',
  'key does not contain',
  'no such section',
  'stash@',
  'no (?:note|merge base|template)',
  'update_ref failed',
  'insufficient permission for adding an object',
  'submodule ',
  'Downloading ',
  'external filter',
  'unmerged',
  'switch `',
  'failed to (?:execute prompt|insert into database|delete)',
  'there was a problem with the editor',
  'wrong number of arguments',
  'short read|write error|dst refspec|dst ref|deletion of the current|refusing to',
  'open\\(',
  'bad (?:index|config|ref|tree|object)',
  'the following files? ha(?:s|ve) ',
  'The last gc run',
].join('|')

const rules: readonly LineRule[] = [
  { ...git, hints: ['CONFLICT ('], pattern: /^(?<message>CONFLICT \(.*)$/ },
  { ...git, weight: 91, hints: ['rejected]'], pattern: /^\s{0,40}! (?<message>\[(?:remote )?rejected\] .*)$/ },
  // What the server says comes in lines of its own, and is the reason of what git says then.
  {
    ...git,
    weight: 92,
    hints: ['remote: '],
    pattern: /^remote: (?:error|fatal): (?:(?<code>GH\d{3}): )?(?<message>.{3,400})/,
  },
  {
    ...git,
    weight: 92,
    hints: ['remote: '],
    pattern:
      /^remote: (?:ERROR: |GitLab: |\[POLICY\] )?(?<message>(?:Permission to .* denied|(?:Repository|Project|The project you) .*not found|Repository not found|HTTP Basic: |Invalid username|Support for password|Write access to|Access denied|You are not allowed|Your push|Your password|Forbidden|This repository is over|Push cannot|denied|Not Found|Unauthorized|Authentication|Username|Could not|File .* exceeds|.* does not have).*)$/,
  },
  {
    ...git,
    weight: 25,
    wrapper: true,
    hints: [
      'failed to push some refs',
      'Exiting because of',
      'Automatic merge failed',
      'could not apply',
      'clone of ',
      'into submodule path',
      'early EOF',
      'index-pack failed',
      'the remote end hung up',
      'failed to fetch ',
      'Failed to clone',
      'could not fetch ',
    ],
    pattern:
      /^(?:error: |fatal: )?(?<message>(?:failed to push some refs|Exiting because of|Automatic merge failed|could not apply [0-9a-f]+|clone of .* into submodule path|early EOF|fetch-pack: |index-pack failed|[Tt]he remote end hung up|Failed to clone|could not fetch ).*)$/,
  },
  {
    ...git,
    weight: 60,
    hints: ['Could not read from remote'],
    pattern: /^fatal: (?<message>Could not read from remote repository)\.?$/,
    more: paragraph,
  },
  // All ways of saying that nobody told git who is committing.
  {
    ...git,
    weight: 92,
    says: 'Please tell me who you are',
    hints: ['Please tell me who you are', 'uthor identity unknown', 'ommitter identity unknown'],
    pattern: /^(?:\*\*\* Please tell me who you are\.|(?:Author|Committer) identity unknown)$/,
    more: (draft, lines, at) => {
      const fatal = lines.slice(at, at + 16).findIndex((line) => line.startsWith('fatal: '))
      return { ...draft, end: fatal === -1 ? at + 1 : at + fatal + 1 }
    },
  },
  {
    ...git,
    says: 'is not a git command',
    hints: ['is not a git command'],
    pattern: /^git: '(?<name>[^']{1,100})' is not a git command/,
  },
  {
    ...git,
    hints: ['not something we can merge'],
    pattern: /^(?:merge: )?(?<message>.{1,200} - not something we can merge)$/,
  },
  // Ansible prints `fatal: [host]: FAILED!`.
  { ...git, hints: ['fatal: '], pattern: /^fatal: (?<message>(?!\[).{3,600})/, more: paragraph },
  {
    ...git,
    weight: 89,
    hints: ['error: '],
    pattern: new RegExp(`^error: (?<message>(?:${ERRORS}).{0,400})`),
    more: paragraph,
  },
  {
    ...git,
    weight: 84,
    hints: [
      'There is no tracking',
      'You are not currently on',
      'You asked to pull',
      'You need to start by',
      'nothing to commit',
      'no changes added',
      'The previous cherry-pick',
      'You do not have the initial',
      'Aborting commit',
    ],
    pattern:
      /^(?<message>There is no tracking information for the current branch|You are not currently on a branch|You asked to pull from the remote .*|You need to start by "git bisect start"|nothing to commit, working tree clean|no changes added to commit.*|The previous cherry-pick is now empty.*|You do not have the initial commit yet|Aborting commit due to empty commit message)\.?$/,
  },
]

/** git, and the servers it talks to. */
export const gitLines = lineDetector('git', rules)
