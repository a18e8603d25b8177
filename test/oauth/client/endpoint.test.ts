import { describe, expect, it } from 'vitest'
import { oidcEndpoint } from '../../../src/oauth/index.js'

describe('the OIDC service of a Region', () => {
  it.each([
    ['us-east-1', 'https://oidc.us-east-1.amazonaws.com'],
    ['us-gov-west-1', 'https://oidc.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'https://oidc.cn-north-1.amazonaws.com.cn'],
  ])('%s is at %s (R198)', (region, url) => {
    expect(oidcEndpoint(region)).toBe(url)
    expect(new URL(url).hostname).toBe(url.slice('https://'.length))
  })

  it.each(['', 'US-EAST-1', 'us-east-1.evil.example', 'us-east-1/', 'us_east_1', 'x', undefined, 1])(
    '%s is none',
    (region) => {
      expect(() => oidcEndpoint(region as string)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
      )
    },
  )
})
