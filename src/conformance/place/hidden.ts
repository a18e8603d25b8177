/** A part of a text, in UTF-16 units. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Elements of XML Signature and XML Encryption whose text only a machine reads. */
const SEALED =
  /<(?:[\w.-]{1,64}:)?(?:SignatureValue|DigestValue|X509Certificate|CipherValue|Modulus)(?:\s[^<>]*)?>([^<]+)/g
const ATTRIBUTE = /<(?:[\w.-]{1,64}:)?Attribute\s[^<>]*>/g
const MEMBER = /"([^"\\]{1,128})"\s*:\s*"((?:[^"\\]|\\.)+)/g
const SECRET_NAME = /passw|secret|token|credential|api[-_]?key/i
const JWT = /eyJ[\w-]{4,}(?:\.[\w-]*){0,4}/g
const RUN = /[A-Za-z0-9+/_-]{16,}={0,2}/g
/** A run this long is no word of a message. */
const LONG = 64

/**
 * The parts of a text, XML or JSON, well-formed or not, that no excerpt may show: values of signatures and keys, tokens,
 * what is named as secrets are, and whatever else looks like base64. In order, apart from each other, in linear time.
 */
export function hiddenIn(text: string): readonly Range[] {
  const found: Range[] = []
  const tails = (pattern: RegExp): void => {
    for (const { index, 0: all, 1: value = '' } of text.matchAll(pattern))
      found.push({ start: index + all.length - value.length, end: index + all.length })
  }
  tails(SEALED)
  for (const { index, 0: tag } of text.matchAll(ATTRIBUTE)) {
    if (tag.endsWith('/>') || !SECRET_NAME.test(tag.slice(0, 1024))) continue
    const start = index + tag.length
    const end = text.indexOf('Attribute>', start)
    found.push({ start, end: end < 0 ? text.length : end })
    if (end < 0) break
  }
  for (const { index, 0: all, 1: name = '', 2: value = '' } of text.matchAll(MEMBER))
    if (SECRET_NAME.test(name))
      found.push({ start: index + all.length - value.length, end: index + all.length })
  for (const { index, 0: all } of text.matchAll(JWT)) found.push({ start: index, end: index + all.length })
  for (const { index, 0: run } of text.matchAll(RUN))
    if (isBase64(run, text[index - 1] ?? '', text[index + run.length] ?? ''))
      found.push({ start: index, end: index + run.length })
  return joined(found)
}

/** Long, or padded; an XML attribute's name before its equals sign is neither. */
function isBase64(run: string, before: string, after: string): boolean {
  if (run.length >= LONG) return true
  const isName = /\s/.test(before) && /["']/.test(after) && !run.endsWith('==')
  return run.endsWith('=') && !isName
}

function joined(ranges: Range[]): readonly Range[] {
  ranges.sort((a, b) => a.start - b.start)
  const apart: { start: number; end: number }[] = []
  for (const { start, end } of ranges) {
    const last = apart.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else apart.push({ start, end })
  }
  return apart
}
