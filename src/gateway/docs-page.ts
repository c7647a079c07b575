import { createReadStream, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { FastifyInstance } from 'fastify'
import { sha256, SwarmError } from '../base/index.ts'

/*
 * The interface described for programs, and as a page for people that needs no network: Swagger UI, from this
 * machine's own files. Who asks for neither pays for neither.
 */

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI writes styles into its elements.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
const SAFE = { 'content-security-policy': CSP, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>mcp-swarm API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<form class="swagger-ui" style="margin: 2em">
<label>Key: <input type="password" name="key" size="60" autocomplete="off" autofocus></label>
<button class="btn">Show</button>
<p>The content of api.key in the node's folder, or a key that mcp-swarm keys new made. It stays in this page.</p>
<p role="alert"></p>
</form>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

/** Runs in the browser. The key is in its memory alone. */
const START = `const form = document.querySelector('form')
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const authorization = 'Bearer ' + form.elements.key.value.trim()
  const answer = await fetch('/openapi.json', { headers: { authorization } })
  const body = await answer.json()
  if (!answer.ok) {
    document.querySelector('[role=alert]').textContent = body.detail + (body.next ? '. ' + body.next : '')
    return
  }
  form.remove()
  SwaggerUIBundle({
    dom_id: '#docs',
    spec: body,
    deepLinking: true,
    validatorUrl: null,
    requestInterceptor: (request) => {
      request.headers.authorization = authorization
      return request
    },
  })
})
`

const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
}

export function mountDocs(app: FastifyInstance, { version }: { readonly version: string }): void {
  app.get('/openapi.json', async (request, reply) => {
    const { etag, text } = await documentOf(version)
    void reply.header('etag', etag)
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(text)
  })
  app.get('/docs', (_request, reply) => reply.headers(SAFE).type('text/html; charset=utf-8').send(PAGE))
  app.get<{ Params: { file: string } }>('/docs/:file', (request, reply) => {
    const { file } = request.params
    if (file === 'start.js') return reply.headers(SAFE).type('text/javascript; charset=utf-8').send(START)
    const type = Object.hasOwn(FILES, file) ? FILES[file] : undefined
    if (type === undefined)
      throw new SwarmError('SWARM_NOT_FOUND', 'the page has no such file', 'Open /docs in a browser.')
    const path = pathOf(file)
    return reply
      .headers({ ...SAFE, 'content-length': statSync(path).size, 'cache-control': 'public, max-age=86400' })
      .type(type)
      .send(createReadStream(path))
  })
}

let made: { readonly etag: string; readonly text: string } | undefined

async function documentOf(version: string): Promise<NonNullable<typeof made>> {
  if (made === undefined) {
    const { openapi } = await import('./contract/openapi.ts')
    const text = JSON.stringify(openapi(version))
    made = { text, etag: `"${sha256(text).slice(0, 16)}"` }
  }
  return made
}

function pathOf(file: string): string {
  try {
    return createRequire(import.meta.url).resolve(`@fastify/swagger-ui/static/${file}`)
  } catch {
    throw new SwarmError(
      'SWARM_NOT_FOUND',
      'the files of the page are not installed beside this program',
      'Read docs/api.md, or GET /openapi.json.',
    )
  }
}
