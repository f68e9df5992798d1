/** Staged policies, of which each set would deny flows that are allowed, and allow flows that are denied. */

/** Those of the whole lab. */
export const STAGED_IN_LAB = `# Meant to deny clients outside the front end, it would also deny the scrapes of backend/api.
apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: { name: 08-backend-only-from-frontend }
spec:
  order: 8
  selector: app == "api"
  types: [Ingress]
  ingress:
    - { action: Deny, source: { notSelector: projectcalico.org/namespace == "frontend" } }
---
apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: { name: 15-backend-egress-to-payments }
spec:
  order: 15
  selector: app == "api"
  types: [Egress]
  egress:
    - { action: Allow, protocol: TCP, destination: { selector: role == "payments", ports: [443] } }
---
# Would allow the add-ons in kube-system what they lost by 01-dns-clients-egress.
apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: { name: 19-kube-system-egress }
spec:
  order: 19
  selector: projectcalico.org/namespace == "kube-system"
  types: [Egress]
  egress:
    - { action: Allow, protocol: TCP, destination: { ports: [6443, 10250] } }
`

/** Those on top of option C, repaired. */
export const STAGED_IN_TIER_APP = `apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: { name: app-backend-to-payments }
spec:
  tier: app
  order: 20
  selector: projectcalico.org/namespace == "backend"
  types: [Egress]
  egress:
    - { action: Allow, protocol: TCP, destination: { selector: role == "payments", ports: [443] } }
---
# Meant to close the tier for everything that it does not name, it would deny lookups, as option C did.
apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: { name: app-closed }
spec:
  tier: app
  order: 1000
  selector: projectcalico.org/namespace in {"frontend", "backend"}
  types: [Egress]
  egress:
    - { action: Deny }
`
