export {
  decide,
  type Decision,
  type DecisionNearMiss,
  type Policies,
  type PolicyRequest,
} from '../core/policy/index.js'
export { requestContext, type ContextSources } from './decideContext.js'
export { lintPolicy, type LintOptions } from './lint.js'
export { lintRules } from './lintRules.js'
export { resourceTagSupport, tagUseOf, type ResourceTagSupport, type TagUse } from './lintResourceTags.js'
