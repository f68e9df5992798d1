/** The lab around the app: the policies of its ingress controller, its monitoring and its batch jobs. */
export const PLATFORM = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: 10-ingress-controller }
spec:
  order: 10
  selector: app.kubernetes.io/name == "ingress-nginx"
  types: [Ingress, Egress]
  ingress:
    - { action: Allow, protocol: TCP, destination: { ports: [80, 443] } }
    - { action: Allow, protocol: TCP, source: { nets: [172.18.0.0/16] }, destination: { ports: [8443] } }
  egress:
    - { action: Allow, protocol: TCP, destination: { selector: app == "web", ports: [8080] } }
    - { action: Allow, protocol: TCP, destination: { nets: [172.18.0.2/32], ports: [6443] } }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: 10-web-ingress-from-controller }
spec:
  order: 10
  selector: app == "web"
  types: [Ingress]
  ingress:
    - action: Allow
      protocol: TCP
      source: { selector: app.kubernetes.io/name == "ingress-nginx" }
      destination: { ports: [8080] }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: 10-scrape-targets }
spec:
  order: 10
  selector: 'projectcalico.org/namespace in {"frontend", "backend", "db", "ingress-nginx"}'
  types: [Ingress]
  ingress:
    - action: Allow
      protocol: TCP
      source: { selector: app.kubernetes.io/name == "prometheus" }
      destination: { ports: [9090, 9113, 9187, 10254] }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: 10-batch-egress }
spec:
  order: 10
  selector: projectcalico.org/namespace == "batch"
  types: [Egress]
  egress:
    - { action: Allow, protocol: TCP, destination: { selector: app == "db", ports: [5432] } }
    - { action: Allow, protocol: TCP, destination: { selector: role == "object-store", ports: [443] } }
---
# Selects the report job only: the clean-up job is allowed to send to the database, but the database denies it.
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: 10-db-ingress-from-batch }
spec:
  order: 10
  selector: app == "db"
  types: [Ingress]
  ingress:
    - action: Allow
      protocol: TCP
      source: { selector: projectcalico.org/namespace == "batch" && app == "report" }
      destination: { ports: [5432] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: prometheus-k8s, namespace: monitoring }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: prometheus } }
  policyTypes: [Egress, Ingress]
  egress: [{}]
  ingress:
    - from: [{ podSelector: { matchLabels: { app.kubernetes.io/name: prometheus } } }]
      ports: [{ protocol: TCP, port: 9090 }]
    - from: [{ podSelector: { matchLabels: { app.kubernetes.io/name: grafana } } }]
      ports: [{ protocol: TCP, port: 9090 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: alertmanager-main, namespace: monitoring }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: alertmanager } }
  policyTypes: [Egress, Ingress]
  egress: [{}]
  ingress:
    - from: [{ podSelector: { matchLabels: { app.kubernetes.io/name: prometheus } } }]
      ports: [{ protocol: TCP, port: 9093 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: grafana, namespace: monitoring }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: grafana } }
  policyTypes: [Egress, Ingress]
  egress: [{}]
  ingress:
    - from: [{ podSelector: { matchLabels: { app.kubernetes.io/name: prometheus } } }]
      ports: [{ protocol: TCP, port: 3000 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: kube-state-metrics, namespace: monitoring }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: kube-state-metrics } }
  policyTypes: [Egress, Ingress]
  egress: [{}]
  ingress:
    - from: [{ podSelector: { matchLabels: { app.kubernetes.io/name: prometheus } } }]
      ports: [{ protocol: TCP, port: 8443 }]
`

/** Names for addresses outside the cluster. They select nothing by themselves, so that every step has them. */
export const NETWORK_SETS = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: payments-provider, labels: { role: payments } }
spec: { nets: [198.51.100.12/32] }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: object-store, labels: { role: object-store } }
spec: { nets: [198.51.100.200/32] }
`
