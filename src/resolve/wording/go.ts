import type { Wording } from './wording.ts'

const NAME = String.raw`[\w.*&[\](){}]{1,160}`
const TYPE = String.raw`(?:func\([^\n]{0,200}|[\w.*&[\]{}/]{1,160}(?: \{[^\n]{0,80}\})?)`

/** The Go compiler and vet put no name into quotes. */
export const go: readonly Wording[] = [
  [/^(undefined: |undeclared name: |declared (?:and|but) not used: )(\S{1,200})$/, "$1'$2'"],
  [/^(\S{1,200}) declared (?:and|but) not used$/, "declared and not used: '$1'"],
  [/^declared but not used: /, 'declared and not used: '],
  [/^undeclared name: /, 'undefined: '],
  [
    /^(\S{1,200}) (redeclared in this block|is not a type|undefined \(type|does not implement|is not an expression|must be called)/,
    "'$1' $2",
  ],
  [
    new RegExp(
      `\\(type (${TYPE}) has no field or method (\\w{1,80})(?:, but does have (?:field |method )?(\\w{1,80}))?\\)`,
    ),
    "(type '$1' has no field or method '$2')",
  ],
  [
    new RegExp(
      `^cannot use (.{1,200}?) \\((?:untyped )?(?:constant|variable|value|untyped \\w+ (?:constant|value))?(?: \\S{1,40})?(?: of type .{1,160}?)?\\) as (${TYPE}) value in (?:argument to|assignment|return statement|variable declaration|struct literal|array or slice literal|map literal|send|range)(?: ${NAME})?`,
    ),
    "cannot use '$1' as '$2' value",
  ],
  [
    /^cannot use (.{1,200}?) \(untyped (\w+) (?:constant|value)[^)]{0,40}\) as (\S{1,160}) value in .*/,
    "cannot use '$1' as '$3' value",
  ],
  [/^(not enough|too many) (arguments in call to|return values)(?: (\S{1,200}))?.*/, "$1 $2 '$3'"],
  [
    /^(assignment mismatch: )(\d+) variables? but (\S{1,200}) returns? (\d+) values?/,
    "$1$2 variables but '$3' returns $4 values",
  ],
  [
    /^(\S{1,200}) (does not implement) (\S{1,200}) \(missing method (\w{1,80})\).*/,
    "$1 $2 '$3' (missing method '$4')",
  ],
  [
    /^(invalid operation: )(.{1,200}) \(mismatched types (.{1,160}) and (.{1,160})\)/,
    "$1'$2' (mismatched types '$3' and '$4')",
  ],
  [/^(invalid operation: )(.{1,200}) \((variable|constant|value) of type (.{1,160})\)/, "$1'$2' ($3 of type '$4')"],
  [/^(unknown field )(\w{1,80}) (in struct literal of type )(\S{1,160})/, "$1'$2' $3'$4'"],
  [/^(cannot call non-function )(\S{1,160}).*/, "$1'$2'"],
  [/^(label )(\w{1,80}) (defined and not used|not defined)/, "$1'$2' $3"],
  [/^(package )(\S{1,200}) (is not in (?:GOROOT|std))(?: \([^)]{0,300}\))?/, "$1'$2' is not in std"],
  [
    /^((?:\S{1,200}: )?)((?:cannot find module providing package|no required module provides package) )([^\s;:]{1,200})/,
    "$2'$3'",
  ],
  [/^(index out of range \[)-?\d+(\])(?: with length \d+)?/, '$1$2'],
  [/^(interface conversion: )(.{1,120}?) is ([^\s,]{1,120}), not (\S{1,120})$/, "$1'$2' is '$3', not '$4'"],
  [
    /^(cannot use )(.{1,160}?) \((?:value|variable) of type .{1,120}?\) as (?:type )?(\S{1,120}?)(?: value)? in [a-z ]{1,40}: .*\(missing (?:method )?(\w{1,80})(?: method)?\)$/,
    "$1'$2' as '$3' value (missing method '$4')",
  ],
  [/^(\S{1,160}) (format %\S{1,8}) (has arg) (.{1,160}) (of wrong type) (\S{1,160})$/, "'$1' $2 $3 '$4' $5 '$6'"],
  [/^(cannot assign to )(\S{1,160})( \(.*)?$/, "$1'$2'$3"],
  [/^(invalid recursive type:? )(\S{1,160})$/, "$1'$2'"],
  [/^(\S{1,160}) (is not used|\(type\) is not an expression|escapes to heap)$/, "'$1' $2"],
]
