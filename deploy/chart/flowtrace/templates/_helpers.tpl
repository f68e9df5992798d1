{{- define "flowtrace.fullname" -}}
{{- if contains "flowtrace" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-flowtrace" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "flowtrace.selector" -}}
app.kubernetes.io/name: flowtrace
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "flowtrace.labels" -}}
{{ include "flowtrace.selector" . }}
app.kubernetes.io/part-of: flowtrace
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "flowtrace.allowHosts" -}}
{{- if .Values.allowHosts -}}
{{- join "," .Values.allowHosts -}}
{{- else if .Values.ingress.enabled -}}
{{- .Values.ingress.host -}}
{{- else if .Values.gatewayApi.enabled -}}
{{- join "," .Values.gatewayApi.hostnames -}}
{{- else if .Values.oauth2Proxy.enabled -}}
{{- (urlParse .Values.oauth2Proxy.redirectUrl).hostname -}}
{{- else if eq .Values.service.type "NodePort" -}}
any-ip
{{- else -}}
{{- printf "%s.%s.svc" (include "flowtrace.fullname" .) .Release.Namespace -}}
{{- end -}}
{{- end -}}

{{- define "flowtrace.historyClaim" -}}
{{- .Values.history.volume.existingClaim | default (printf "%s-history" (include "flowtrace.fullname" .)) -}}
{{- end -}}
