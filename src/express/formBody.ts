import { hasError, type Finding } from '../core/outcome.js'
import { findingsOf, runRules } from '../core/rule.js'
import { bodyRules, isForm, type BodySubject } from './bodyRules.js'
import type { AppRequest } from './http.js'

/** A form as it was sent, or what a parser before us has made of it. */
export type FormBody = Uint8Array | Readonly<Record<string, unknown>>

export type FormBodyReading =
  { readonly body: FormBody } | { readonly status: 400 | 413 | 415; readonly findings: readonly Finding[] }

/**
 * Reads a posted form of bounded size, unparsed; or takes what `express.urlencoded`, `express.raw` or `express.text` left.
 * Whether it holds what it should, each once, is for whoever reads it: a parsed one may hold lists.
 */
export async function readFormBody(
  request: AppRequest,
  { maxBytes }: { readonly maxBytes: number },
): Promise<FormBodyReading> {
  const { 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers
  // Of what is no form, or is compressed, nothing is read; what a parser has inflated is not compressed any more.
  const parsed = parsedBody(request)
  const encoded = parsed === undefined ? contentEncoding : undefined
  const readable = isForm(contentType) && (encoded === undefined || encoded.toLowerCase() === 'identity')
  const body = !readable ? 'skipped' : (parsed ?? (await received(request, maxBytes)))
  const how = typeof body === 'string' ? body : sizeOf(body, maxBytes)
  const subject: BodySubject = { contentType, contentEncoding: encoded, body: how, maxBytes }
  const findings = findingsOf(runRules(bodyRules, subject))
  if (typeof body === 'object' && !hasError(findings)) return { body }
  const status = !readable || how === 'not-form' ? 415 : how === 'too-large' ? 413 : 400
  return { status, findings }
}

/** What a parser has left on the request; undefined where none has read it. */
function parsedBody({ body, readableEnded }: AppRequest): FormBody | 'not-form' | 'empty' | undefined {
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof Uint8Array) return body
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body)))
    return 'not-form'
  // Express 4's parsers leave an empty object where they read nothing.
  if (body !== undefined && Object.keys(body).length > 0) return body as FormBody
  return readableEnded ? 'empty' : undefined
}

function sizeOf(body: FormBody, maxBytes: number): BodySubject['body'] {
  if (body instanceof Uint8Array)
    return body.length > maxBytes ? 'too-large' : body.length === 0 ? 'empty' : 'read'
  let size = 0
  for (const [name, value] of Object.entries(body))
    size += Buffer.byteLength(name) + (typeof value === 'string' ? Buffer.byteLength(value) : 1)
  return size > maxBytes ? 'too-large' : 'read'
}

function received(request: AppRequest, maxBytes: number): Promise<Uint8Array | 'too-large' | 'broken-off'> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve('too-large')
  if (request.destroyed) return Promise.resolve('broken-off')
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      // What is left is let through unread, so that the answer arrives.
      else resolve('too-large')
    })
    request.on('end', () => {
      resolve(Buffer.concat(chunks))
    })
    for (const event of ['error', 'aborted', 'close'])
      request.on(event, () => {
        resolve('broken-off')
      })
  })
}
