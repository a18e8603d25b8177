import { arrow, box, line, picture, text } from './svg.js'

const lanes = [
  ['Person', 'in a browser'],
  ['Identity provider', 'Okta, Entra, yours'],
  ['Your application', 'with Countersign'],
  ['Exchange', 'of AWS, or your own'],
  ['STS', 'AssumeRole'],
  ['AWS service', 'S3, Redshift, ...'],
] as const

const WIDTH = 1000
const TOP = 28
const FIRST = 142
const STEP = 56

interface Message {
  readonly from: number
  readonly to: number
  readonly words: string
  /** The token that it carries. */
  readonly token?: readonly [kind: 'jwt' | 'context' | 'role', name: string]
}

const messages: readonly Message[] = [
  { from: 0, to: 1, words: 'signs in' },
  { from: 1, to: 2, words: '', token: ['jwt', 'JWT'] },
  { from: 2, to: 3, words: 'CreateTokenWithIAM', token: ['jwt', 'JWT, once'] },
  { from: 3, to: 2, words: '', token: ['context', 'identity context'] },
  { from: 2, to: 4, words: 'ProvidedContexts', token: ['context', 'identity context'] },
  { from: 4, to: 2, words: '', token: ['role', 'credentials for the person'] },
  { from: 2, to: 5, words: 'a signed request', token: ['role', 'credentials for the person'] },
]

const held = [
  ['jwt', 'JWT', 'The identity provider signs it for the app,', 'which exchanges it exactly once.'],
  [
    'context',
    'Identity context',
    'Sealed by the exchange: who the person is in',
    'the directory. The application brings it to STS.',
  ],
  [
    'role',
    'Credentials',
    'Of a role session that acts for this person alone.',
    'Only the application holds them.',
  ],
] as const

const x = (lane: number): number => Math.round(92 + lane * 163.2)

function message({ from, to, words, token }: Message, index: number): string[] {
  const y = FIRST + index * STEP
  const [kind, name] = token ?? ['', '']
  const side = to > from ? 1 : -1
  const middle = (x(from) + x(to)) / 2
  const width = name.length * 7 + 22
  const number = text(x(from) - side * 14, y + 5, String(index + 1), { size: 13, weight: 600, kind: 'soft' })
  const chip = token
    ? [
        box(middle - width / 2, y - 30, width, 23, kind, 11),
        text(middle, y - 14, name, { size: 12.5, weight: 600, kind: `${kind}-ink` }),
      ]
    : []
  const label =
    words === '' ? [] : [text(middle, token ? y + 17 : y - 9, words, { size: 12.5, kind: 'soft' })]
  return [number, arrow(x(from) + side * 3, y, x(to) - side * 3, y, kind), ...chip, ...label]
}

/** Trusted identity propagation: who asks whom, and which token goes where. */
export function propagationPicture(): string {
  const bottom = FIRST + (messages.length - 1) * STEP + 62
  return picture(
    [WIDTH, bottom + 130],
    'Trusted identity propagation: the person signs in at the identity provider; the application exchanges the JWT once for an identity context, assumes a role with it, and calls the AWS service with credentials that act for the person.',
    [
      ...lanes.flatMap(([name, what], lane) => [
        line(x(lane), TOP + 54, x(lane), bottom - 12, 'life', '2 5'),
        box(x(lane) - 74, TOP, 148, 54),
        text(x(lane), TOP + 24, name, { size: 14.5, weight: 600 }),
        text(x(lane), TOP + 42, what, { size: 12, kind: 'soft' }),
      ]),
      ...messages.flatMap(message),
      text(x(5), FIRST + 6 * STEP + 30, 'decides on the person;', { size: 12, kind: 'soft' }),
      text(x(5), FIRST + 6 * STEP + 46, 'CloudTrail: onBehalfOf', { size: 12, kind: 'soft' }),
      ...held.flatMap(([kind, name, first, second], index) => {
        const left = 28 + index * 318
        const width = name.length * 7.4 + 24
        return [
          box(left, bottom + 14, width, 24, kind, 12),
          text(left + width / 2, bottom + 31, name, { size: 12.5, weight: 600, kind: `${kind}-ink` }),
          text(left, bottom + 60, first, { size: 12.5, anchor: 'start' }),
          text(left, bottom + 78, second, { size: 12.5, anchor: 'start' }),
        ]
      }),
      text(28, bottom + 112, 'With the authorization code flow the browser holds none of the three.', {
        size: 12.5,
        anchor: 'start',
        kind: 'soft',
      }),
    ],
  )
}
