/** Three changes that somebody is trying out: one would deny what is allowed now, two would allow what is denied. */
import { type Manifest, stagedGlobalPolicy } from './manifest.ts'

export const STAGED: readonly Manifest[] = [
  // Meant to keep strangers out, it would cut off the scraping of backend/api, which option B does not know of.
  stagedGlobalPolicy('08-backend-only-from-frontend', {
    order: 8,
    selector: 'app == "api"',
    types: ['Ingress'],
    ingress: [{ action: 'Deny', source: { notSelector: 'projectcalico.org/namespace == "frontend"' } }],
  }),
  stagedGlobalPolicy('15-backend-egress-to-payments', {
    order: 15,
    selector: 'app == "api"',
    types: ['Egress'],
    egress: [
      { action: 'Allow', protocol: 'TCP', destination: { selector: 'role == "payments"', ports: [443] } },
    ],
  }),
  // Repairs what 01-dns-clients-egress did to the add-ons in kube-system.
  stagedGlobalPolicy('19-kube-system-egress', {
    order: 19,
    selector: 'projectcalico.org/namespace == "kube-system"',
    types: ['Egress'],
    egress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [6443, 10250] } }],
  }),
]
