import type { Wording } from './wording.ts'

/** PHP names variables and members bare, and says where a function was called from within its sentence. */
export const php: readonly Wording[] = [
  [/, called in \S{1,300} on line \d+.*$/, ''],
  [/ passed in \S{1,300} on line \d+ and /, ' passed and '],
  [/(?<!['"\w])(\$\w{1,80})/g, "'$1'"],
  [
    /^(Cannot modify (?:readonly|private|protected) property |Cannot access (?:private|protected) property |Undefined property: |Undefined constant |Cannot redeclare |Access to undeclared static property )([^\s'"]{1,200})/,
    "$1'$2'",
  ],
  [/ \(include_path=.{0,400}\)$/, ''],
  [/^(Class )([\w\\]{1,200})( contains )/, "$1'$2'$3"],
  [/ \([\w\\]{1,200}::\w{1,100}(?:, .{0,200})?\)$/, ''],
  [/, given(?: in .*)?$/, ', given'],
]
