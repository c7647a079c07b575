/** One error, as two people on two machines meet it. */
export const missingModule = (path: string, line: number): string => `
> app@1.0.0 test
> node --test

node:internal/modules/cjs/loader:1215
  throw err;
  ^

Error: Cannot find module 'left-pad'
Require stack:
- ${path}/src/index.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1212:15)
    at Object.<anonymous> (${path}/src/index.js:${line}:13) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '${path}/src/index.js' ]
}

Node.js v24.1.0
npm error code 1
`
export const HERE = missingModule('/home/ana/projects/app', 3)
export const THERE = missingModule('/srv/ci/build-77/shop', 41)
export const ACTION = 'npm install left-pad: it is missing from package.json'
export const UNKNOWN = 'frobnicator: the flux capacitor is out of plutonium\n'
