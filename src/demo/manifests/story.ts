/**
 * The files of the story, word for word: a test compares them with those that the tests of src/policy read. They are
 * texts in a module because the demo is bundled into the server, which reads no files of its own.
 */
export const PART_1 = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: frontend }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: backend }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: db }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-dns, namespace: frontend }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }]
      ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-dns, namespace: backend }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }]
      ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web-to-api, namespace: frontend }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: backend } }, podSelector: { matchLabels: { app: api } } }]
      ports: [{ protocol: TCP, port: 80 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api-from-web, namespace: backend }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: frontend } } }]
      ports: [{ protocol: TCP, port: 80 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api-to-db, namespace: backend }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: db } }, podSelector: { matchLabels: { app: db } } }]
      ports: [{ protocol: TCP, port: 5432 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db-from-api, namespace: db }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: backend } }, podSelector: { matchLabels: { app: api } } }]
      ports: [{ protocol: TCP, port: 5432 }]
`

/** Without an order it is the last policy of tier default. */
export const DEFAULT_DENY = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: 00-default-deny
spec:
  namespaceSelector: "kubernetes.io/metadata.name not in {'kube-system','calico-system','calico-apiserver','tigera-operator'}"
  types: [Ingress, Egress]
  ingress: []
  egress: []
`

/**
 * 01-dns-clients-egress selects every endpoint, also in the four system namespaces. Unless a tier before it decides, the
 * end of tier default denies all their other egress, such as that of metrics-server to the kubelets.
 */
export const DNS = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: 01-dns-clients-egress
spec:
  order: 20
  selector: "all()"
  types: [Egress]
  egress:
    - action: Allow
      protocol: UDP
      destination:
        selector: '(k8s-app == "kube-dns") || (app.kubernetes.io/name == "coredns")'
        ports: [53]
    - action: Allow
      protocol: TCP
      destination:
        selector: '(k8s-app == "kube-dns") || (app.kubernetes.io/name == "coredns")'
        ports: [53]
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: 02-dns-core
spec:
  order: 21
  selector: '(k8s-app == "kube-dns") || (app.kubernetes.io/name == "coredns")'
  types: [Ingress, Egress]
  ingress:
    - { action: Allow, protocol: UDP, source: { selector: "all()" }, destination: { ports: [53] } }
    - { action: Allow, protocol: TCP, source: { selector: "all()" }, destination: { ports: [53] } }
  egress:
    - { action: Allow, protocol: TCP, destination: { nets: ["10.96.0.1/32"], ports: [443] } }
    - { action: Allow, protocol: UDP, destination: { nets: ["8.8.8.8/32", "8.8.4.4/32"], ports: [53] } }
    - { action: Allow, protocol: TCP, destination: { nets: ["8.8.8.8/32", "8.8.4.4/32"], ports: [53] } }
`

export const OPTION_A = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: 00-default-deny
spec:
  order: 10
  namespaceSelector: "kubernetes.io/metadata.name not in {'kube-system','calico-system','calico-apiserver','tigera-operator','frontend','backend','db'}"
  types: [Ingress, Egress]
  ingress: []
  egress: []
`

export const OPTION_B = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: 09-frontend-egress-to-backend }
spec:
  tier: default
  order: 9
  selector: projectcalico.org/namespace == "frontend"
  types: [Egress]
  egress:
    - { action: Allow, protocol: TCP, destination: { selector: 'app == "api"', ports: [80] } }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: 09-backend-ingress-from-frontend }
spec:
  tier: default
  order: 9
  selector: app == "api"
  types: [Ingress]
  ingress:
    - { action: Allow, protocol: TCP, source: { namespaceSelector: 'projectcalico.org/name == "frontend"' }, destination: { ports: [80] } }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: 09-allow-backend-to-db-ingress }
spec:
  order: 9
  selector: app == "db"
  types: [Ingress]
  ingress:
    - { action: Allow, protocol: TCP, source: { selector: 'app == "api"' }, destination: { ports: [5432] } }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: 09-allow-backend-to-db-egress }
spec:
  order: 9
  selector: app == "api"
  types: [Egress]
  egress:
    - { action: Allow, protocol: TCP, destination: { selector: 'app == "db"', ports: [5432] } }
`

export const OPTION_C = `apiVersion: projectcalico.org/v3
kind: Tier
metadata: { name: app }
spec: { order: 20 }
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: { name: baseline }
spec: { order: 100 }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: app-frontend-to-backend }
spec:
  tier: app
  order: 10
  selector: projectcalico.org/namespace == "frontend"
  types: [Egress]
  egress:
    - { action: Allow, protocol: TCP, destination: { selector: 'app == "api"', ports: [80] } }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: app-backend-ingress }
spec:
  tier: app
  order: 10
  selector: app == "api"
  types: [Ingress]
  ingress:
    - { action: Allow, protocol: TCP, source: { namespaceSelector: 'projectcalico.org/name == "frontend"' }, destination: { ports: [80] } }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: app-backend-to-db }
spec:
  tier: app
  order: 10
  selector: projectcalico.org/namespace == "backend"
  types: [Egress]
  egress:
    - { action: Allow, protocol: TCP, destination: { selector: 'app == "db"', ports: [5432] } }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: app-db-ingress }
spec:
  tier: app
  order: 10
  selector: app == "db"
  types: [Ingress]
  ingress:
    - { action: Allow, protocol: TCP, source: { namespaceSelector: 'projectcalico.org/name == "backend"' }, destination: { ports: [5432] } }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: baseline-default-deny }
spec:
  tier: baseline
  selector: all()
  types: [Ingress, Egress]
  ingress: []
  egress: []
`
