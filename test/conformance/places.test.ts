import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hiddenIn } from '../../src/conformance/place/hidden.js'
import { placesIn } from '../../src/conformance/place/places.js'
import { issued } from '../support/saml.js'

const xml = `<?xml version="1.0"?>
<a:Response xmlns:a="urn:x" ID="r">
  <Issuer>one</Issuer>
  <Statement>
    <Attribute Name="first"><V>1</V></Attribute>
    <Attribute
      NameFormat='basic'
      Name="say &quot;two&quot;"><V>2</V></Attribute>
  </Statement>
  <Statement>
    <Attribute Name="third"><V>3</V></Attribute>
  </Statement>
</a:Response>`

describe('places in XML', () => {
  const places = placesIn({ kind: 'xml', text: xml })
  it.each([
    ['/Response', 2, 1],
    ['/Response/@ID', 2, 29],
    ['/Response/Issuer', 3, 3],
    ['/Response/Statement[2]', 10, 3],
    ['/Response/Statement/Attribute[2]/@NameFormat', 7, 7],
    ['/Response/Statement/Attribute[@Name="say \\"two\\""]', 6, 5],
    ['/Response/Statement/Attribute[@Name="third"]', 11, 5],
    ['/Response/Statement/Attribute[@Name="thi..."]', 11, 5],
    // What is not there has the place of what it would be in.
    ['/Response/@Destination', 2, 1],
    ['/Response/Status/StatusCode', 2, 1],
    ['/Response/Statement/Attribute[@Name="none"]', 4, 3],
    ['line 3, column 11', 3, 11],
  ])('%s is at line %i, column %i', (path, line, column) => {
    expect(places(path)).toMatchObject({ line, column })
  })

  it.each([
    undefined,
    '',
    '/EntityDescriptor',
    'RelayState',
    'line 99, column 1',
    '$.a',
    '...cut/Response',
    'claims.iss',
  ])('%s is none', (path) => {
    expect(places(path)).toBeUndefined()
  })

  it('show the line around them, with what begins there', () => {
    const place = places('/Response/Statement/Attribute[@Name="third"]')
    expect(place?.excerpt.slice(place.caret)).toBe('<Attribute Name="third"><V>3</V></Attribute>')
  })

  it('are told where the document cannot be read, too', () => {
    const broken = placesIn({ kind: 'xml', text: '<a>\n<b</a>' })
    expect(broken('line 2, column 1')).toMatchObject({ line: 2, column: 1, excerpt: '<b</a>', caret: 0 })
    expect(broken('/a')).toBeUndefined()
  })
})

describe('places in JSON', () => {
  const places = placesIn({
    kind: 'json',
    text: '{\n  "emails": [\n    { "value": "a", "x.y": 1 }\n  ]\n}',
  })
  it.each([
    ['$', 1, 1],
    ['$.emails[0].value', 3, 16],
    ['$.emails[0]["x.y"]', 3, 28],
    ['$.emails[0].primary', 3, 5],
    ['$.name.givenName', 1, 1],
    ['$["no such"]', 1, 1],
  ])('%s is at line %i, column %i', (path, line, column) => {
    expect(places(path)).toMatchObject({ line, column })
  })

  it('are none for a path of something else', () => {
    expect(places('emails')).toBeUndefined()
    expect(places('$[')).toBeUndefined()
  })
})

describe('what excerpts leave out', () => {
  const signature = /<ds:SignatureValue>([^<]+)</.exec(issued())?.[1] ?? ''
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln'
  it.each([
    ['the value of a signature', issued(), signature],
    ['a digest in lines', '<x:DigestValue a="b">\nYWJj\nZGVm\n</x:DigestValue>', 'YWJj'],
    ['a JWT', `<V>${jwt}</V>`, jwt],
    ['base64 with padding', '<V>c2VjcmV0IHNlY3JldA==</V>', 'c2VjcmV0IHNlY3JldA'],
    ['a long run', `<V>${'0a'.repeat(40)}</V>`, '0a0a'],
    [
      'an attribute named as secrets are',
      '<s:Attribute Name="userPassword"><s:V>hunter2</s:V></s:Attribute>',
      'hunter2',
    ],
    ['a member named as secrets are', '{"password" : "hunter2 \\" x"}', 'hunter2'],
  ])('%s', (_, text, secret) => {
    expect(text).toContain(secret)
    const at = text.indexOf(secret)
    expect(hiddenIn(text).some(({ start, end }) => start <= at && at + secret.length <= end)).toBe(true)
  })

  it.each([
    '<a:Response AssertionConsumerServiceURL="https://example.com/acs">',
    '<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">',
    '<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/AccessControl:CostCenter">',
    '{"userName": "ada@example.com"}',
  ])('%s is shown', (text) => {
    expect(hiddenIn(text)).toEqual([])
  })

  it('is left out of every place of a message', () => {
    const text = issued()
    const places = placesIn({ kind: 'xml', text })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length }), (column) => {
        const place = places(`line 1, column ${column}`)
        expect(place).toBeDefined()
        for (let at = 0; at + 12 <= signature.length; at += 7)
          expect(place?.excerpt).not.toContain(signature.slice(at, at + 12))
        expect(place?.excerpt.length).toBeLessThan(200)
        expect(place?.caret).toBeLessThanOrEqual(place?.excerpt.length ?? -1)
      }),
    )
  })

  it('is found in the longest of texts', () => {
    const long = 'a'.repeat(1_000_000)
    for (const text of [
      long,
      `"token":"${long}`,
      `eyJa.${long}`,
      '<'.repeat(1_000_000),
      `<Attribute ${long}`,
    ])
      expect(placesIn({ kind: 'json', text })('line 1, column 9')?.excerpt.length).toBeLessThan(200)
  })

  it('is found in any text, in order and apart', () => {
    const parts = ['<', '>', '"', 'Attribute ', 'token', '=', ':', 'eyJaaaaaa.', 'A'.repeat(70), ' ', '\n', '<ds:SignatureValue>'] // prettier-ignore
    const anything = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string())).map((all) => all.join(''))
    fc.assert(
      fc.property(anything, (text) => {
        let last = -1
        for (const { start, end } of hiddenIn(text)) {
          expect(start).toBeGreaterThan(last)
          expect(end).toBeGreaterThan(start)
          last = end
        }
        expect(last).toBeLessThanOrEqual(text.length)
      }),
    )
  })
})
