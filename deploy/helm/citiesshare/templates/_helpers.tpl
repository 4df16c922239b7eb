{{- /* A call takes (list $ "scoring"): the root and the name of a service. */ -}}

{{- define "citiesshare.name" -}}
{{- printf "%s-%s" (index . 0).Release.Name (index . 1) | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "citiesshare.selector" -}}
app.kubernetes.io/name: citiesshare
app.kubernetes.io/instance: {{ (index . 0).Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "citiesshare.labels" -}}
{{ include "citiesshare.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end -}}

{{- define "citiesshare.image" -}}
{{- $image := .Values.image -}}
{{- $tag := $image.tag | default .Chart.AppVersion -}}
{{- if $image.digest -}}{{ $image.repository }}:{{ $tag }}@{{ $image.digest }}{{- else -}}{{ $image.repository }}:{{ $tag }}{{- end -}}
{{- end -}}

{{- define "citiesshare.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "citiesshare.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* The settings of a service, as YAML: its own win. Takes (list $ $service). */ -}}
{{- define "citiesshare.settings" -}}
{{- merge (dict) ((index . 1).settings | default dict) (index . 0).Values.settings | toYaml -}}
{{- end -}}

{{- /* Takes a map of settings. */ -}}
{{- define "citiesshare.env" -}}
{{- range $key, $value := . }}
- name: {{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- /* The name of the secret that signs: one's own, or the one that the chart makes. Takes the root. */ -}}
{{- define "citiesshare.signingSecret" -}}
{{- .Values.signingSecrets.existingSecret | default (include "citiesshare.name" (list . "signing")) -}}
{{- end -}}

{{- define "citiesshare.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .Values.tls.existingSecret }}
- name: tls
  mountPath: /etc/citiesshare/tls
  readOnly: true
{{- end }}
{{- if .Values.files.existingConfigMap }}
- name: files
  mountPath: /etc/citiesshare/files
  readOnly: true
{{- end }}
{{- end -}}

{{- define "citiesshare.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- if .Values.tls.existingSecret }}
- name: tls
  secret:
    secretName: {{ .Values.tls.existingSecret }}
{{- end }}
{{- if .Values.files.existingConfigMap }}
- name: files
  configMap:
    name: {{ .Values.files.existingConfigMap }}
{{- end }}
{{- end -}}

{{- /* What KEDA and the plain autoscaler do alike: take away one replica at a time, and none in a short lull. */ -}}
{{- define "citiesshare.scaling" -}}
scaleDown:
  stabilizationWindowSeconds: 300
  policies:
    - {type: Pods, value: 1, periodSeconds: 60}
{{- end -}}

{{- /* Names, and the endpoints that are listed; no `to` means anywhere. */ -}}
{{- define "citiesshare.egress" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- range . }}
- ports:
    {{- range .ports }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  {{- with .to }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}
