const AWS_ATTRIBUTES = 'https://aws.amazon.com/SAML/Attributes/'

/** The SAML attributes by which tags travel; the tag key follows where the name ends in a colon. Case counts. */
export const TAG_ATTRIBUTES = {
  /** To Identity Center (R110). */
  accessControl: `${AWS_ATTRIBUTES}AccessControl:`,
  /** To an AWS account, for AssumeRoleWithSAML (STS API AssumeRoleWithSAML). */
  principalTag: `${AWS_ATTRIBUTES}PrincipalTag:`,
  transitiveTagKeys: `${AWS_ATTRIBUTES}TransitiveTagKeys`,
} as const
