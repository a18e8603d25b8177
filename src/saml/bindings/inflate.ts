import { inflateRawSync } from 'node:zlib'
import { MAX_INFLATED_BYTES } from './input.js'

export type DeflateFault = 'too-large' | 'trailing-data' | 'truncated' | 'zlib' | 'not-deflated' | 'malformed'

/**
 * What a raw DEFLATE stream holds (RFC 1951), as far as that is 262,144 bytes at the most: inflating ends there, so that a
 * bomb costs no more than a large message (S68). The stream must end where the bytes do.
 */
export function inflated(bytes: Uint8Array): Uint8Array | DeflateFault {
  try {
    const options = { maxOutputLength: MAX_INFLATED_BYTES, info: true }
    // With `info` Node answers the engine, too, as its declared types do not say.
    const { buffer, engine } = inflateRawSync(bytes, options) as unknown as {
      readonly buffer: Uint8Array
      readonly engine: { readonly bytesWritten: number }
    }
    return engine.bytesWritten === bytes.length ? buffer : 'trailing-data'
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code === 'ERR_BUFFER_TOO_LARGE') return 'too-large'
    const [first = 0, second = 0] = bytes
    if (first === 60) return 'not-deflated'
    if ((first & 15) === 8 && (first * 256 + second) % 31 === 0) return 'zlib'
    return code === 'Z_BUF_ERROR' ? 'truncated' : 'malformed'
  }
}
