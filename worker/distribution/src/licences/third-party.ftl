What is in this release of Paddock, each with its licences. Where there are several, one may choose; but of GraalJS (org.graalvm)
each covers a part. The texts are in licences/, Apache-2.0's is LICENSE; jars have theirs, with notices, in META-INF as well.

<#list dependencyMap as entry>
<#assign project = entry.getKey()/>
${project.groupId}:${project.artifactId}:${project.version}
    <#list entry.getValue() as licence>${licence}<#sep>, </#sep></#list>
<#if project.url??>
    ${project.url}
</#if>
</#list>
