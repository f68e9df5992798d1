/** Three staged policies: one would deny flows that are allowed, two would allow flows that are denied. */
import { type Manifest, stagedGlobalPolicy } from './manifest.ts'

export const STAGED: readonly Manifest[] = [
  // Meant to deny clients outside the front end, it would also deny the scrapes of backend/api.
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
  // Would allow the add-ons in kube-system what they lost by 01-dns-clients-egress.
  stagedGlobalPolicy('19-kube-system-egress', {
    order: 19,
    selector: 'projectcalico.org/namespace == "kube-system"',
    types: ['Egress'],
    egress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [6443, 10250] } }],
  }),
]
