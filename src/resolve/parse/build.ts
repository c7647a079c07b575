import { type LineRule, lineDetector } from './detector.ts'

const rules: readonly LineRule[] = [
  // make
  {
    tool: 'make',
    weight: 88,
    hints: ['*** '],
    pattern: /^(?<file>[^\s:]{1,200}):(?<line>\d{1,7}): \*\*\* (?<message>.{0,600}?\S)\.? {0,4}Stop\.$/,
  },
  {
    tool: 'make',
    weight: 15,
    wrapper: true,
    hints: ['*** [', 'Target ', 'Waiting for'],
    pattern:
      /^g?make(?:\[\d+\])?: (?:\*\*\* \[(?<message>.*)\] (?:Error \d+.*|Interrupt|Terminated|Killed|Segmentation fault.*)|Target '.{1,200}' not remade.*|\*\*\* Waiting for unfinished jobs.*)$/,
  },
  {
    tool: 'make',
    weight: 86,
    hints: ['*** '],
    pattern: /^g?make(?:\[\d+\])?: \*\*\* (?!\[)(?<message>.{0,600}?\S)\.?(?: {0,4}Stop\.)?$/,
  },
  {
    tool: 'make',
    weight: 84,
    hints: ['make'],
    pattern: /^g?make(?:\[\d+\])?: (?<name>[^\s:]{1,200}): (?:No such file or directory|Command not found)$/,
    says: 'command not found',
  },
  {
    tool: 'make',
    weight: 80,
    hints: ['make: '],
    pattern:
      /^g?make(?:\[\d+\])?: (?<message>(?:Circular |stat: |invalid option|unrecognized option|don't know how|.{1,200}: (?:Permission denied|Is a directory)).*)$/,
  },
  {
    tool: 'make',
    weight: 84,
    hints: ["don't know how to make"],
    pattern: /^b?make(?:\[\d+\])?: (?<message>don't know how to make .*?)\. Stop$/,
  },
  // ninja, meson
  {
    tool: 'ninja',
    weight: 15,
    wrapper: true,
    hints: ['ninja: build stopped', 'FAILED: '],
    pattern: /^(?:ninja: (?<message>build stopped: .*)|FAILED: (?:\[code=\d+\] )?\S.*)$/,
  },
  { tool: 'ninja', weight: 87, hints: ['ninja: '], pattern: /^ninja: (?:fatal|error): (?<message>.*)$/ },
  {
    tool: 'meson',
    weight: 91,
    hints: ['ERROR: '],
    pattern:
      /^(?<file>\S{0,300}meson(?:\.build|_options\.txt|\.options)):(?<line>\d{1,7}):\d{1,6}: ERROR: (?<message>.*)$/,
  },
  {
    tool: 'meson',
    weight: 88,
    hints: ['ERROR: Neither directory'],
    pattern: /^ERROR: (?<message>Neither directory .*)$/,
  },
  // bazel
  {
    tool: 'bazel',
    weight: 25,
    wrapper: true,
    hints: ['ERROR: '],
    pattern:
      /^ERROR: (?<message>\S{1,300}:\d{1,7}:\d{1,7}: .{1,600} failed: .*|Build did NOT complete.*|Analysis of target .* failed; build aborted.*|.{1,200} failed; build aborted.*|command succeeded, but .*)$/,
  },
  {
    tool: 'bazel',
    weight: 89,
    hints: ['ERROR: '],
    pattern:
      /^ERROR: (?<file>\S{1,300}(?:BUILD|WORKSPACE|MODULE)(?:\.bazel)?|\S{1,300}\.bzl):(?<line>\d{1,7}):\d{1,7}: (?<message>.*)$/,
  },
  {
    tool: 'bazel',
    weight: 86,
    hints: ['ERROR: '],
    pattern:
      /^ERROR: (?<message>(?:no such (?:package|target)|Skipping|Error computing|The '.{1,60}' command is only supported|Unrecognized option|Config value|.{0,80}@\S{1,100}\/\/|Failed to load|Unable to find package|Repository ).*)$/,
  },
  // autotools, pkg-config, SCons, Swift and Dart at run time
  { tool: 'configure', weight: 87, hints: ['configure: error: '], pattern: /^configure: error: (?<message>.*)$/ },
  {
    tool: 'pkg-config',
    weight: 84,
    hints: ['pkg-config', 'No package '],
    pattern:
      /^(?<message>No package '.{1,100}' found|Package .{1,100} was not found in the pkg-config search path\.?)$/,
  },
  { tool: 'scons', weight: 86, hints: ['scons: '], pattern: /^scons: \*\*\* (?<message>.*)$/ },
  {
    tool: 'swift',
    language: 'swift',
    weight: 93,
    type: 'Fatal error',
    hints: ['Fatal error: '],
    pattern:
      /^(?:(?<file>[\w./-]{1,200}\.swift):(?<line>\d{1,7}): )?Fatal error: (?<message>.*?)(?:: file .{1,200}, line \d+)?$/,
  },
  {
    tool: 'swift',
    language: 'swift',
    weight: 88,
    hints: ['error: '],
    pattern:
      /^error: (?<message>(?:no such module|package at|Could not find Package\.swift|root manifest|unable to invoke subcommand|terminated\(\d+\)).*)$/,
  },
  {
    tool: 'dart',
    language: 'dart',
    weight: 93,
    hints: ['was thrown'],
    pattern: /^The following (?<type>\w{1,80}) (?:was thrown(?: .{1,200})?|object was thrown .*):$/,
  },
]

/** make and what took its place: one line tells. */
export const build = lineDetector('build', rules)
