import type { Wording } from './wording.ts'

/** Quotation marks as gcc and clang print them. */
const Q = `['\`"\u2018\u201c]`
const E = `['"\u2019\u201d]`
const IN = `[^'"\u2018\u2019\u201c\u201d\`\\n]{1,300}`
const rule = (pattern: string, says: string): Wording => [
  new RegExp(pattern.replaceAll('«', Q).replaceAll('»', E).replaceAll('…', IN)),
  says,
]

/** The same mistake in the words of gcc, clang, ld and lld: one of the wordings stands for all. */
export const c: readonly Wording[] = [
  // What a name stands for differs with the library's version.
  [/ ?(?:\{aka [^}\n]{1,300}\}|\(aka [^)\n]{1,300}\))/g, ''],
  rule('^(?:«(…)» file not found|(\\S{1,300}?): No such file or directory)$', "'$1$2': No such file or directory"),
  rule(
    '^(?:use of undeclared (?:identifier|label) «(…)»|«(…)» (?:undeclared \\(first use in this function\\)|was not declared in this scope|undeclared here \\(not in a function\\))).*$',
    "'$1$2' was not declared",
  ),
  rule('^(?:unknown type name «(…)»|«(…)» does not name a type).*$', "unknown type name '$1$2'"),
  rule(
    '^(?:(?:call to undeclared (?:library )?function «(…)».*)|implicit declaration of function «(…)».*)$',
    "implicit declaration of function '$1$2'",
  ),
  rule(
    '^(?:no member named «(…)» in «(…)»|«(?:struct |class |union |const )?(…)» has no member named «(…)»).*$',
    "no member named '$1$4' in '$2$3'",
  ),
  rule('^expected (?=[^\\n]{0,60}«;»).*$', 'expected semicolon'),
  rule('^expected (?=[^\\n]{0,60}«\\)»).*$', 'expected closing parenthesis'),
  rule('^expected (?=[^\\n]{0,60}«\\}»|declaration or statement at end of input).*$', 'expected closing brace'),
  rule('^expected (?:«(…)»)(?:(?:,| or) «…»){0,4} (?:before |after |at end of |in |to match ).*$', "expected '$1'"),
  rule(
    '^expected (?:(?:primary-|unqualified-|)(?:expression|id|identifier)|declaration(?: or statement)?|identifier or «…»|statement).*$',
    'expected expression',
  ),
  rule('^(?:redefinition of|conflicting types for|redeclaration of) «(…)»(?:.*)$', "redefinition of '$1'"),
  rule(
    '^(?:no matching (?:member )?(?:function for call to|function for call to|constructor for initialization of)) «(…)».*$',
    "no matching function for call to '$1'",
  ),
  rule(
    '^(?:too (few|many) arguments to (?:function call|function «…»|method call|function)).*$',
    'too $1 arguments to function',
  ),
  rule(
    '^(?:non-void function «…» should return a value.*|«return» with no value, in function returning non-void|control reaches end of non-void function|non-void function does not return a value.*|no return statement in function returning non-void)$',
    'no return value in non-void function',
  ),
  rule(
    '^(?:assignment of read-only (?:variable|member|location|reference) «(…)»|cannot assign to (?:variable|non-static data member|return value) «(…)» (?:with|because|because it is).*)$',
    "assignment of read-only variable '$1$2'",
  ),
  rule(
    '^(?:incompatible (?:pointer to integer|integer to pointer) conversion.*|(?:initialization|assignment|returning|passing argument \\d+ of).{0,200} makes (?:integer from pointer|pointer from integer) without a cast)$',
    'conversion between integer and pointer without a cast',
  ),
  rule(
    '^(?:incompatible pointer types .*|(?:initialization|assignment|passing argument \\d+ of).{0,200} from incompatible pointer type.*)$',
    'incompatible pointer types',
  ),
  rule(
    '^(?:(?:invalid conversion from|cannot convert) «(…)» to «(…)».*|cannot initialize (?:a variable|a parameter|return object) of type «(…)» with an? [lrx]?value of type «(…)».*)$',
    "cannot convert '$1$4' to '$2$3'",
  ),
  rule(
    '^(?:static assertion failed|static_assert failed)(?: due to requirement «…»)?:? ?«?(?:.*)$',
    'static assertion failed',
  ),
  rule('^(?:«(…)» is a private member of «(…)»|«(…)» is private within this context)$', 'private member'),
  rule(
    '^(?:use of deleted function «(…)»|call to (?:implicitly-)?deleted (?:copy |move |default )?constructor of «(…)»|call to deleted .*)$',
    'use of deleted function',
  ),
  rule(
    '^(?:invalid new-expression of abstract class type «(…)»|allocating an object of abstract class type «(…)»|variable type «(…)» is an abstract class|cannot declare variable «…» to be of abstract type «(…)»).*$',
    "abstract class '$1$2$3$4'",
  ),
  rule(
    '^(?:stray «(…)» in program|unexpected character <U\\+[0-9A-F]+>|non-ASCII characters are not allowed.*)$',
    'stray character in program',
  ),
  rule(
    '^(?:missing terminating (?:«…»|["\']) character|missing terminating .{1,3} character)$',
    'missing terminating quote',
  ),
  rule(
    '^(?:array subscript is not an integer|subscripted value is neither array nor pointer(?: nor vector)?|subscripted value is not an array, pointer, or vector)$',
    'subscripted value is not an array',
  ),
  rule(
    '^(?:called object (?:«…»|type «…») is not a function(?: or function pointer)?.*)$',
    'called object is not a function',
  ),
  rule(
    '^(?:indirection requires pointer operand.*|invalid type argument of (?:unary )?«\\*».*)$',
    'indirection requires a pointer',
  ),
  rule(
    '^(?:member reference type «…» is (?:not )?a pointer.*|invalid type argument of «->».*|request for member «…» in «…», which is of (?:pointer|non-class) type.*|«…» is a pointer; did you mean to use «->»\\?)$',
    'member of pointer and value mixed up',
  ),
  // ld, gold and lld.
  rule('^undefined (?:symbol: (.{1,300})|reference to «(…)»)$', "undefined reference to '$1$2'"),
  rule(
    '^(?:multiple definition of «?(.{1,300}?)»?(?:;.*)?|duplicate symbol:? «?(.{1,300}?)»?(?: in:?)?)$',
    "multiple definition of '$1$2'",
  ),
  rule('^(?:cannot find|unable to find library|library not found for) (-l\\S{1,100}).*$', "cannot find library '$1'"),
]
