import type { Wording } from './wording.ts'

const TYPE = String.raw`(?!'|<)[\w.$?]{1,120}(?:<[^\n:;]{1,160}?>)?(?:\[\]){0,4}`

/** javac, kotlinc and the virtual machine name types and members without quotes. */
export const jvm: readonly Wording[] = [
  [/^(?:error: )?';' expected$/, 'expected semicolon'],
  [/^'\)'(?: or ',')? expected$/, 'expected closing parenthesis'],
  [/^(?:'\}' expected|reached end of file while parsing)$/, 'expected closing brace'],
  [new RegExp(`(incompatible types: )(${TYPE}) (cannot be converted to )(${TYPE})`), "$1'$2' $3'$4'"],
  [new RegExp(`(possible lossy conversion from )(${TYPE})( to )(${TYPE})`), "$1'$2'$3'$4'"],
  [new RegExp(`(incomparable types: )(${TYPE})( and )(${TYPE})`), "$1'$2'$3'$4'"],
  [
    new RegExp(`^(${TYPE}) (has private access|has protected access|is not public) in (${TYPE}).*`),
    "'$1' $2 in '$3'",
  ],
  [new RegExp(`(unreported exception )(${TYPE})`), "$1'$2'"],
  [
    new RegExp(`^(${TYPE}) (is not abstract and does not override abstract method )([^\\n]{1,160}?)( in )(${TYPE})$`),
    "'$1' $2'$3'$4'$5'",
  ],
  [
    new RegExp(
      `^(${TYPE}) (is abstract; cannot be instantiated|cannot be dereferenced|is already defined|is not a functional interface|is not within bounds|does not take parameters)`,
    ),
    "'$1' $2",
  ],
  [
    /^(variable|method|constructor|class|interface|enum|record) (\S{1,120}(?:\([^)\n]{0,160}\))?) (is already defined in|in (?:class|interface|record|enum))(?: (?:class|method|constructor|package|interface)?)? ?(\S{1,120}(?:\([^)\n]{0,160}\))?)?/,
    "$1 '$2' $3 '$4'",
  ],
  [/^(non-static (?:method|variable) )(\S{1,120}(?:\([^)\n]{0,160}\))?)( cannot be referenced)/, "$1'$2'$3"],
  [
    /^(duplicate class: |cannot inherit from final |class, interface, enum, or record expected: |array required, but |cannot access )(\S{1,160})/,
    "$1'$2'",
  ],
  [/^(package )(\S{1,160})( does not exist)/, "$1'$2'$3"],
  [/^(exception )(\S{1,160})( (?:is never thrown|has already been caught))/, "$1'$2'$3"],
  [/^(bad operand types? for (?:binary|unary) operator ).*/, '$1'],
  [/(in class )(\S{1,120})(, please define)/, "$1'$2'$3"],
  [/^((?:Unresolved|unresolved) reference:? )([^\s'.]{1,120})\.?$/, "$1'$2'"],
  [/^([Tt]ype mismatch:? inferred type is )(\S{1,160}) but (\S{1,160}) was expected/, "$1'$2' but '$3' was expected"],
  [/^(class )(\S{1,160})( cannot be cast to class )(\S{1,160}).*/, "$1'$2'$3'$4'"],
  [/^(variable )(\S{1,120})( (?:might|is never|not initialized))/, "$1'$2'$3"],
  [/^(cannot find symbol: (?:variable|class|method|constructor|interface|package|static) )(.{1,200})$/, "$1'$2'"],
  [/^(cannot assign a value to (?:static )?final variable )(\S{1,120})$/, "$1'$2'"],
  [
    /^(local variables referenced from .{1,60} must be final or effectively final|incompatible thrown types )(.*)$/,
    '$1',
  ],
  [/^(Could not find or load main class )([\w.$/-]{1,200})$/, "$1'$2'"],
]

const ARTIFACT = String.raw`(?!\d)[\w.-]{1,160}(?::[\w.-]{1,120}){2,4}`

/** Maven strings its reasons together: the last one says what to do, the first only what it was needed for. */
export const maven: readonly Wording[] = [
  [
    /^.{0,400}?(?:Could not resolve dependencies|or one of its dependencies could not be resolved|Non-resolvable (?:parent|import) POM|Failed to read artifact descriptor)\b.{0,600}?: (?=(?:The following artifacts|Cannot access|Could not find artifact|Could not transfer|Failed to collect|Failure to find|Failed to read))/,
    '',
  ],
  [/The following artifacts could not be resolved: .{1,600}?: (?=Cannot access|Could not|Failure to)/, ''],
  [new RegExp(`(artifact |artifacts? |descriptor for |find |for )(${ARTIFACT})(?= |$|:|,)`, 'g'), "$1'$2'"],
  [/(Cannot access |from\/to |transfer .{1,200} from )([\w.-]{1,80})(?= \()/, "$1'$2'"],
  [/ ?\(position: .*$/, ''],
  [
    /^(Non-parseable POM )\S{1,300}?: (?:end tag name )?<(\/?[\w:-]{1,80})> must (?:match|be the same as) start tag(?: name)? <([\w:-]{1,80})> from line.*$/,
    "Non-parseable POM: end tag '$2' does not match start tag '$3'",
  ],
  [/ @ line \d+, column \d+\s*@?\s*$/, ''],
]
