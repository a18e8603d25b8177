import type { Fault, Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { parseRoleArn, roleArnFaults } from '../../core/sts/index.js'
import type { EMRStudioFeature, PlannedAthena, PropagationPlan, SharingParty } from './preflight.js'

const EMR_FEATURES: readonly EMRStudioFeature[] = ['cluster-template']
const ATHENA_CLIENTS: readonly PlannedAthena['client'][] = ['emr-studio', 'custom']
const SHARED = ['region', 'organizationID', 'instanceArn'] as const satisfies readonly (keyof SharingParty)[]

/** What single services ask beyond that. */
export const preflightServiceRules: readonly Rule<PropagationPlan>[] = [
  {
    id: 'tti/tip-emr-studio-choice',
    severity: 'error',
    source: 'R302',
    title: 'An EMR Studio keeps the choice of propagation with which it was made',
    fix: 'Make a new Studio: propagation is chosen when a Studio is made, for its lifetime.',
    check: ({ emrStudio }) => {
      if (emrStudio?.madeWithPropagation === undefined) return 'notApplicable'
      if (emrStudio.madeWithPropagation === emrStudio.trustedIdentityPropagation) return []
      const path = '$.emrStudio.trustedIdentityPropagation'
      return [{ reason: 'immutable', path, message: 'The Studio was made with the other choice.' }]
    },
  },
  {
    id: 'tti/tip-emr-studio-features',
    severity: 'error',
    source: 'R302',
    title: 'An EMR Studio with propagation uses only what works with it',
    fix: 'Make clusters from templates, and leave out EMR Serverless, EKS, runtime roles, SQL Explorer and collaboration.',
    check: ({ emrStudio }) => {
      if (emrStudio?.trustedIdentityPropagation !== true) return 'notApplicable'
      return emrStudio.features.flatMap((feature, index): readonly Fault[] => {
        if (EMR_FEATURES.includes(feature)) return []
        const path = `$.emrStudio.features[${index}]`
        const message = 'A Studio with propagation cannot do this.'
        return [{ reason: 'unsupported', path, actual: shown(feature, 40), message }]
      })
    },
  },
  {
    id: 'tti/tip-athena-engine',
    severity: 'error',
    source: 'R303',
    title: 'Athena runs the Trino engine',
    fix: 'Use a workgroup of the Trino (SQL) engine.',
    check: ({ athena }) => {
      if (athena === undefined) return 'notApplicable'
      if (athena.engine === 'trino') return []
      const message = 'Propagation works with the Trino engine only.'
      return [
        {
          reason: 'unsupported',
          path: '$.athena.engine',
          expected: 'trino',
          actual: shown(athena.engine, 40),
          message,
        },
      ]
    },
  },
  {
    id: 'tti/tip-athena-client',
    severity: 'error',
    source: 'R303; R304',
    title: 'Athena is reached from EMR Studio or by an application of your own',
    fix: "Query from EMR Studio's editor, or call the Athena API with an identity-enhanced session.",
    check: ({ athena }) => {
      if (athena === undefined) return 'notApplicable'
      if (ATHENA_CLIENTS.includes(athena.client)) return []
      const message = 'SQL clients by JDBC or ODBC do not propagate identity to Athena.'
      const expected = ATHENA_CLIENTS.join(', ')
      return [
        {
          reason: 'unsupported',
          path: '$.athena.client',
          expected,
          actual: shown(athena.client, 40),
          message,
        },
      ]
    },
  },
  {
    id: 'tti/tip-athena-grants',
    severity: 'error',
    source: 'R303',
    title: 'Athena has both Lake Formation and S3 Access Grants',
    fix: 'Set up Lake Formation for the tables and S3 Access Grants for the query results.',
    check: ({ athena }) => {
      if (athena === undefined) return 'notApplicable'
      return (['lakeFormation', 's3AccessGrants'] as const).flatMap((member) =>
        athena[member] === true
          ? []
          : [{ reason: 'missing', path: `$.athena.${member}`, message: 'Athena needs both of them.' }],
      )
    },
  },
  {
    id: 'tti/tip-lake-formation-role',
    severity: 'error',
    source: 'R305',
    title: 'Lake Formation registers locations with a role of your own',
    fix: 'Make a role that lakeformation.amazonaws.com may assume with sts:AssumeRole and sts:SetContext.',
    check: ({ lakeFormation }) => {
      if (lakeFormation === undefined) return 'notApplicable'
      const path = '$.lakeFormation.locationRoleArn'
      const faults = roleArnFaults(lakeFormation.locationRoleArn, path)
      const role = faults.length > 0 ? undefined : parseRoleArn(lakeFormation.locationRoleArn)
      if (typeof role !== 'object' || !role.path.startsWith('/aws-service-role/')) return faults
      const message = 'The service-linked role cannot set the context.'
      return [{ reason: 'service-linked', path, message }]
    },
  },
  {
    id: 'tti/tip-lake-formation-sharing',
    severity: 'error',
    source: 'R306',
    title: 'Tables are shared within one Region, organization and organization instance',
    fix: 'Share within the same Region, organization and instance, or do without propagation across them.',
    check: ({ lakeFormation }) => {
      const sharing = lakeFormation?.sharing
      if (sharing === undefined) return 'notApplicable'
      return SHARED.flatMap((member): readonly Fault[] => {
        const { grantor, grantee } = sharing
        if (grantor[member] === grantee[member] && typeof grantor[member] === 'string') return []
        const path = `$.lakeFormation.sharing.grantee.${member}`
        const expected = shown(grantor[member])
        const message = 'Grantor and grantee differ.'
        return [{ reason: 'mismatch', path, expected, actual: shown(grantee[member]), message }]
      })
    },
  },
]
