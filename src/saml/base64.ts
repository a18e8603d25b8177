export type Base64Fault = 'empty' | 'alphabet' | 'padding' | 'length' | 'not-canonical'

/**
 * The bytes of a canonical RFC 4648 base64 text; white space between its characters, as MIME and XML wrap lines, does
 * not count. Node's own decoder takes nearly anything, so the text is held against what its bytes encode to (S67).
 */
export function decodeBase64(text: string): Buffer | Base64Fault {
  const whole = Buffer.from(text, 'base64')
  if (text !== '' && whole.toString('base64') === text) return whole
  const packed = text.replace(/[\t\n\r ]+/g, '')
  if (packed === '') return 'empty'
  const bytes = Buffer.from(packed, 'base64')
  return bytes.toString('base64') === packed ? bytes : faultOf(packed)
}

function faultOf(packed: string): Base64Fault {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return packed.includes('=') ? paddingOr(packed) : 'alphabet'
  const data = packed.replace(/=+$/, '').length
  if (data % 4 === 1) return 'length'
  return packed.length % 4 === 0 && (packed.length - data) % 4 === (4 - (data % 4)) % 4
    ? 'not-canonical'
    : 'padding'
}

function paddingOr(packed: string): Base64Fault {
  return /^[A-Za-z0-9+/=]*$/.test(packed) ? 'padding' : 'alphabet'
}
