// node examples/own-exchange/main.mjs [--once] [--port N]
import { createHash, randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { clientOf } from './client.mjs'
import { startExchange } from './exchange.mjs'
import { startIssuer } from './issuer.mjs'
import { startPages } from './pages.mjs'

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
})

const callerToken = randomBytes(32).toString('base64url')
const issuer = await startIssuer()
const exchange = await startExchange(issuer.url, createHash('sha256').update(callerToken).digest('hex'))
const client = clientOf(exchange, callerToken)

console.log(`issuer    ${issuer.url}\nexchange  ${exchange.url}/token\n`)

const jwt = await issuer.signIn('ada@example.com')
const tokens = await client.exchange(jwt)
const claims = await client.claims(tokens.id_token)
console.log(`Ada's token is exchanged: ${tokens.status}`)
console.log(`  sub            ${claims.sub}`)
console.log(`  act.sub        ${claims.act.sub}`)
console.log(`  scope          ${tokens.scope}`)
const { owner, expenses } = await client.expenses(tokens.access_token)
console.log(`  she reads      ${expenses.length} expenses of ${owner}\n`)

await shown("Ada's token a second time", jwt, client)
await shown('Bob, who is not assigned', await issuer.signIn('bob@example.com'), client)
await shown(
  'a caller with another token',
  await issuer.signIn('ada@example.com'),
  clientOf(exchange, 'x'.repeat(43)),
)

if (values.once) {
  await Promise.all([issuer.close(), exchange.close()])
} else {
  const pages = await startPages({ issuer, exchange, client, port: Number(values.port) })
  console.log(`\nOpen ${pages.url} in a browser. Ctrl-C ends.`)
}

/** Shows what the client is told, and what the exchange's log says. */
async function shown(what, assertion, as) {
  const before = exchange.log.length
  const { status, error } = await as.exchange(assertion)
  console.log(`${what}: ${status} ${error ?? 'exchanged'}`)
  for (const { rule, reason } of exchange.log.slice(before))
    console.log(`  log            ${rule} (${reason})`)
}
