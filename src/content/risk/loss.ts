/*
 * The commands that have cost people most, as they stand in prose: without quotes, in a sentence, half of them cut off.
 * A dumb net beside the one that reads words.
 */
const PIECES: readonly string[] = [
  String.raw`\brm[ \t]+(?:-\S{1,20}[ \t]+){0,4}(?:-[a-zA-Z]{0,8}[rRf]|--recursive|--force|--no-preserve-root)`,
  String.raw`\b(?:curl|wget|iwr|invoke-webrequest)\b[^\n|]{0,400}\|[ \t]*(?:sudo[ \t]+)?(?:-\S+[ \t]+)?(?:(?:ba|z|da|k|fi)?sh|python\d?|perl|ruby|node|iex|pwsh)\b`,
  String.raw`(?:\$\(|<\(|\x60)[ \t]*(?:curl|wget)\b`,
  String.raw`\bmkfs(?:\.\w+)?[ \t]+\S|\bdd[ \t]+(?:\S+[ \t]+){0,4}of=|\bwipefs\b|\bshred[ \t]+\S`,
  String.raw`\bgit[ \t]+(?:\S+[ \t]+){0,3}(?:push\b[^\n;|&]{0,200}(?:--force|[ \t]-f\b|--mirror|--delete)|reset\b[^\n;|&]{0,80}--hard|clean\b[^\n;|&]{0,80}-[a-zA-Z]{0,6}[fdxX]|filter-(?:branch|repo)|branch[ \t]+-D|checkout[ \t]+--[ \t]|stash[ \t]+(?:drop|clear))`,
  String.raw`\b(?:drop[ \t]+(?:table|database|schema)|truncate[ \t]+table|delete[ \t]+from)[ \t]+["'\x60\w.]`,
  String.raw`\bkubectl\b[^\n;|]{0,120}\b(?:delete|drain)[ \t]+\S|\bhelm[ \t]+(?:uninstall|delete)[ \t]+\S`,
  String.raw`\b(?:terraform|tofu|terragrunt|pulumi|cdk)\b[^\n;|]{0,80}\b(?:destroy|-auto-approve)\b`,
  String.raw`\b(?:docker|podman)[ \t]+(?:system|volume|image|container|builder|network)[ \t]+(?:prune|rm)\b|\b(?:docker|podman)[ \t]+(?:rm|rmi)[ \t]+\S|\bcompose[ \t]+down\b[^\n;|]{0,60}(?:-v\b|--volumes)`,
  String.raw`\b(?:chmod|chown|chgrp)[ \t]+(?:\S+[ \t]+){0,3}(?:-[a-zA-Z]{0,6}R|--recursive|[0-7]?777)\b`,
  String.raw`\b(?:rd|rmdir)[ \t]+\/s\b|\bdel[ \t]+\/[fsq]\b|\bremove-item\b[^\n;|]{0,120}-(?:recurse|force)|\bformat[ \t]+[a-z]:|\bdiskpart\b`,
  String.raw`\b(?:flushall|flushdb)\b|\bdropdatabase\b|\bdropdb[ \t]+\S|\bprisma[ \t]+migrate[ \t]+reset\b|--accept-data-loss|\bdb:drop\b|\bmigrate:fresh\b`,
  String.raw`\baws[ \t]+s3[ \t]+(?:rm|rb)\b|\b(?:aws|gcloud|az)\b[^\n;|]{0,120}[ \t-](?:delete|terminate)[\w-]{0,40}`,
  String.raw`\bnpm[ \t]+unpublish\b|\bgh[ \t]+repo[ \t]+delete\b|\brsync\b[^\n;|]{0,200}--delete`,
  String.raw`:\(\)[ \t]*\{[^\n}]{0,40}:[ \t]*&[ \t]*\}|>[ \t]*\/dev\/(?:sd|nvme|vd|hd)\w+`,
]

export const LOSS = new RegExp(PIECES.join('|'), 'i')
/** For all of them in a text. */
export const LOSSES = new RegExp(LOSS.source, 'gi')
