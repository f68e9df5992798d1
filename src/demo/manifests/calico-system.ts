/**
 * Tier calico-system (order 100, default action Deny), which the operator of Calico 3.32 creates for its own pods, with
 * only the rules that the demo's traffic hits. It does not apply to other pods.
 */
export const CALICO_SYSTEM = `apiVersion: projectcalico.org/v3
kind: Tier
metadata: { name: calico-system }
spec: { order: 100 }
---
# Allows CoreDNS all egress, so its lookups upstream and its watch of the API server never reach 02-dns-core. Its egress
# rule for 10.96.0.1 could not match anyway, because policies apply to the translated address.
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: calico-system.cluster-dns, namespace: kube-system }
spec:
  tier: calico-system
  order: 1
  selector: k8s-app == 'kube-dns'
  types: [Ingress, Egress]
  ingress:
    - { action: Allow, source: { namespaceSelector: all(), selector: "projectcalico.org/namespace in {'calico-system'}" } }
    - { action: Pass }
  egress:
    - { action: Allow }
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: calico-system.goldmane, namespace: calico-system }
spec:
  tier: calico-system
  order: 1
  selector: k8s-app == 'goldmane'
  types: [Ingress, Egress]
  ingress:
    - { action: Allow, protocol: TCP, destination: { ports: [7443] } }
  egress:
    - action: Allow
      protocol: UDP
      destination: { namespaceSelector: projectcalico.org/name == 'kube-system', selector: k8s-app == 'kube-dns', ports: [53] }
---
# Without ingress rules: a port-forward to Whisker connects from inside the pod, and a NodePort to it is denied.
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: calico-system.whisker, namespace: calico-system }
spec:
  tier: calico-system
  order: 1
  selector: k8s-app == 'whisker'
  types: [Ingress, Egress]
  egress:
    - { action: Allow, protocol: TCP, destination: { selector: k8s-app == 'goldmane', ports: [7443] } }
    - action: Allow
      protocol: UDP
      destination: { namespaceSelector: projectcalico.org/name == 'kube-system', selector: k8s-app == 'kube-dns', ports: [53] }
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: calico-system.kube-controller-access, namespace: calico-system }
spec:
  tier: calico-system
  order: 1
  selector: k8s-app == 'calico-kube-controllers'
  types: [Egress]
  egress:
    - action: Allow
      protocol: UDP
      destination: { namespaceSelector: projectcalico.org/name == 'kube-system', selector: k8s-app == 'kube-dns', ports: [53] }
    - { action: Allow, protocol: TCP, destination: { ports: [443, 6443, 12388] } }
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: calico-system.apiserver-access, namespace: calico-system }
spec:
  tier: calico-system
  order: 1
  selector: k8s-app == 'calico-apiserver'
  types: [Ingress, Egress]
  ingress:
    - { action: Allow, protocol: TCP, source: { nets: [0.0.0.0/0] }, destination: { ports: [443, 5443, 8080, 10443] } }
  egress:
    - action: Allow
      protocol: UDP
      destination: { namespaceSelector: projectcalico.org/name == 'kube-system', selector: k8s-app == 'kube-dns', ports: [53] }
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: calico-system.default-deny, namespace: calico-system }
spec:
  tier: calico-system
  selector: k8s-app != 'calico-apiserver'
  types: [Ingress, Egress]
---
# What the lab had to add to reach Whisker by a NodePort. In Calico 3.32 it does not help: the operator's tier decides.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: whisker-nodeport-allow, namespace: calico-system }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: whisker } }
  policyTypes: [Ingress]
  ingress: [{ ports: [{ protocol: TCP, port: 8081 }] }]
`
