/** A node's name is its folder's name too. */
export const NODE_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/
export const NODE_NAME_RULE = 'a name is 1 to 63 of a-z 0-9 . _ - and starts with a letter or digit'
